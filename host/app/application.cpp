// SPDX-License-Identifier: Apache-2.0
#include "application.h"

#include <Poco/Util/HelpFormatter.h>

#include <filesystem>
#include <iostream>

#include "host.h"
#include "tenon_version.h"

namespace tenon::host {

using Poco::Util::Option;

void Application::initialize(Poco::Util::Application&) {}  // Poco's own configuration files are not read

void Application::defineOptions(Poco::Util::OptionSet& options) {
  options.addOption(Option("help", "h", "show this text"));
  options.addOption(
      Option("config", "c", "the host's configuration, config/host.json when not given").argument("FILE"));
  options.addOption(
      Option("home", "", "where data lives; overrides TENON_HOME and the configuration").argument("FOLDER"));
}

void Application::handleOption(const std::string& name, const std::string& value) {
  if (name == "help") helpAsked_ = true;
  if (name == "config") configFile_ = value;
  if (name == "home") home_ = value;
}

int Application::main(const std::vector<std::string>& arguments) {
  const std::string command = arguments.empty() ? "" : arguments[0];
  if (helpAsked_ || arguments.size() != 1) return showHelp();
  if (command == "serve") return serve();
  if (command == "plugins") return listPlugins();
  if (command == "check-config") return checkConfig();
  if (command == "version") {
    std::cout << "tenon " << kTenonVersion << ", plugin ABI " << TENON_ABI_MAJOR << "." << TENON_ABI_MINOR << "\n";
    return EXIT_OK;
  }
  std::cerr << "tenon: there is no command \"" << command << "\"\n";
  return showHelp();
}

int Application::showHelp() const {
  Poco::Util::HelpFormatter help(options());
  help.setUnixStyle(true);
  help.setCommand("tenon");
  help.setUsage("COMMAND [OPTIONS]");
  help.setHeader(
      "Turns databases into APIs.\n\nserve         start the host and stay in the foreground\nplugins       list the "
      "configured plugins and why one would be refused\ncheck-config  read the configuration and tell every "
      "mistake\nversion       print the version\n");
  help.format(helpAsked_ ? std::cout : std::cerr);
  return helpAsked_ ? EXIT_OK : EXIT_USAGE;
}

std::filesystem::path Application::programFolder() const {
  return std::filesystem::canonical("/proc/self/exe").parent_path();
}

bool Application::configure(HostConfig& config) {
  ConfigProblems problems;
  config = readHostConfig(configFile_, programFolder(), home_, problems);
  for (const auto& p : problems) std::cerr << "tenon: " << p << "\n";
  return problems.empty();
}

int Application::checkConfig() {
  HostConfig config;
  if (!configure(config)) return EXIT_CONFIG;
  int status = EXIT_OK;
  for (const auto& p : Host::checkPlugins(config))
    if (p.state == "refused") {
      std::cerr << "tenon: plugin " << p.id << ": " << p.reason << "\n";
      status = EXIT_CONFIG;
    }
  if (status == EXIT_OK) std::cout << "the configuration is good\n";
  return status;
}

int Application::listPlugins() {
  HostConfig config;
  if (!configure(config)) return EXIT_CONFIG;
  for (const auto& p : Host::checkPlugins(config))
    std::cout << p.id << "  " << (p.version.empty() ? "-" : p.version) << "  " << p.state
              << (p.reason.empty() ? "" : "  " + p.reason) << "\n";
  return EXIT_OK;
}

int Application::serve() {
  HostConfig config;
  if (!configure(config)) return EXIT_CONFIG;
  Host host(std::move(config));
  if (!host.start()) return EXIT_UNAVAILABLE;
  std::cout << "listening on " << host.url() << std::endl;
  waitForTerminationRequest();
  host.stop();
  return EXIT_OK;
}

}  // namespace tenon::host
