// SPDX-License-Identifier: Apache-2.0
// The handler that somebody would write by hand on Poco's own HTTP server. Usage:
//   bench_bare_poco sqlite FILE
//   bench_bare_poco mariadb|postgresql PORT USER DATABASE   (TENON_BENCH_PASSWORD is the user's)
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/ThreadPool.h>

#include <csignal>
#include <iostream>

#include "chinook.h"

namespace {

char** arguments;  // what follows the program's name

std::unique_ptr<bench::Chinook> open() {
  const std::string_view kind = arguments[0];
  if (kind == "sqlite") return bench::openSqlite(arguments[1]);
  const auto address = bench::Address::of(arguments + 1);
  return kind == "mariadb" ? bench::openMariadb(address) : bench::openPostgresql(address);
}

class Handler : public Poco::Net::HTTPRequestHandler {
 public:
  void handleRequest(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) override {
    thread_local const std::unique_ptr<bench::Chinook> chinook = open();
    thread_local std::string body;
    if (!chinook->answer(request.getURI(), body)) response.setStatus(Poco::Net::HTTPResponse::HTTP_NOT_FOUND);
    response.setContentType("application/json");
    response.sendBuffer(body.data(), body.size());
  }
};

class Factory : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
    return new Handler;
  }
};

}  // namespace

int main(int, char** all) {
  arguments = all + 1;
  mysql_library_init(0, nullptr, nullptr);  // before there are threads
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", 0), 1024);
  Poco::ThreadPool pool(4, 200);
  auto* parameters = new Poco::Net::HTTPServerParams;
  parameters->setKeepAlive(true);
  parameters->setMaxKeepAliveRequests(0);
  parameters->setMaxThreads(128);  // a thread for each connection of the harness, which is Poco's way
  parameters->setMaxQueued(1024);
  Poco::Net::HTTPServer server(new Factory, pool, socket, parameters);
  server.start();
  std::cout << "listening on http://127.0.0.1:" << socket.address().port() << std::endl;
  int signal = 0;
  sigwait(&set, &signal);
  server.stopAll(true);
  pool.joinAll();
  return 0;
}
