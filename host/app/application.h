// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Poco/Util/ServerApplication.h>

#include <string>
#include <vector>

#include "host_config.h"

namespace tenon::host {

/// The command line: serve | plugins | check-config | version.
class Application : public Poco::Util::ServerApplication {
 protected:
  void initialize(Poco::Util::Application& self) override;
  void defineOptions(Poco::Util::OptionSet& options) override;
  void handleOption(const std::string& name, const std::string& value) override;
  int main(const std::vector<std::string>& arguments) override;

 private:
  int serve();
  int listPlugins();
  int checkConfig();
  int showHelp() const;
  /// Reads the configuration; tells every mistake on standard error. False when there is one.
  bool configure(HostConfig& config);
  std::filesystem::path programFolder() const;

  std::string configFile_ = "config/host.json";
  std::string home_;
  bool helpAsked_ = false;
};

}  // namespace tenon::host
