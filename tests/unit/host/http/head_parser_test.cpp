// SPDX-License-Identifier: Apache-2.0
#include "http/head_parser.h"

#include <gtest/gtest.h>

#include <string>

namespace tenon::host {
namespace {

using Result = HeadParser::Result;

struct Parsed {
  Result result;
  int status = 0;
  RequestHead head;
  size_t bytes = 0;
};

Parsed parse(const std::string& input, HeadLimits limits = {}) {
  static std::string kept;  // the head's views are of it
  kept = input;
  HeadParser parser(limits);
  Parsed p{};
  p.result = parser.parse(kept, p.head);
  p.status = parser.status();
  p.bytes = parser.headBytes();
  return p;
}

TEST(HeadParser, reads_a_request) {
  const auto p = parse("POST /a/b?x=1&y HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nX-Y:  v \r\n\r\nhello");
  ASSERT_EQ(p.result, Result::Done);
  EXPECT_EQ(p.head.method, "POST");
  EXPECT_EQ(p.head.path, "/a/b");
  EXPECT_EQ(p.head.query, "x=1&y");
  EXPECT_EQ(p.head.framing, Framing::Length);
  EXPECT_EQ(p.head.contentLength, 5U);
  EXPECT_EQ(p.head.field("x-y"), "v");
  EXPECT_TRUE(p.head.keepAlive);
  EXPECT_EQ(std::string("hello").size() + p.bytes,
            std::string("POST /a/b?x=1&y HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nX-Y:  v \r\n\r\nhello").size());
}

TEST(HeadParser, gives_the_same_answer_however_the_bytes_arrive) {
  const std::string whole = "\r\nGET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
  HeadParser parser({});
  RequestHead head;
  for (size_t n = 1; n < whole.size(); ++n)
    ASSERT_EQ(parser.parse(std::string_view(whole).substr(0, n), head), Result::More) << n;
  ASSERT_EQ(parser.parse(whole, head), Result::Done);
  EXPECT_FALSE(head.keepAlive);
  EXPECT_EQ(parser.headBytes(), whole.size());
}

TEST(HeadParser, refuses_what_two_servers_could_frame_in_two_ways) {
  const std::string start = "POST / HTTP/1.1\r\nHost: h\r\n";
  for (const char* fields :
       {"Content-Length: 1\r\nContent-Length: 1\r\n", "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: +1\r\n", "Content-Length: -1\r\n", "Content-Length: 1, 1\r\n", "Content-Length: 0x1\r\n",
        "Content-Length:\r\n", "Content-Length: 99999999999999999999\r\n", "Content-Length : 1\r\n",
        "Transfer-Encoding: chunked, chunked\r\n", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n", "Host: i\r\n", " X: y\r\n", "X: y\r\n z\r\n", "X\r\n", ": y\r\n",
        "X: a\x01\r\n", "X y: z\r\n"}) {
    const auto p = parse(start + fields + "\r\n");
    EXPECT_EQ(p.result, Result::Bad) << fields;
    EXPECT_EQ(p.status, 400) << fields;
  }
  EXPECT_EQ(parse(start + "Transfer-Encoding: gzip\r\n\r\n").status, 501);
  EXPECT_EQ(parse("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n").status, 400);
}

TEST(HeadParser, refuses_bare_line_feeds_before_they_mean_anything) {
  EXPECT_EQ(parse("GET / HTTP/1.1\nHost: h\n\n").status, 400);
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n").status, 400);
  EXPECT_EQ(parse("\n").status, 400);
}

TEST(HeadParser, refuses_bad_request_lines) {
  for (const char* line : {"GET /", "GET  / HTTP/1.1", "GET / HTTP/1.1 ", "G ET / HTTP/1.1", "GET x HTTP/1.1",
                           "GET /a b HTTP/1.1", "GET /{} HTTP/1.1", "GET / http/1.1", "GET / HTTP/11", "GET * HTTP/1.1",
                           "GET http:///x HTTP/1.1", "GET /\x7f HTTP/1.1", "GET /# HTTP/1.1"})
    EXPECT_EQ(parse(std::string(line) + "\r\nHost: h\r\n\r\n").status, 400) << line;
  EXPECT_EQ(parse("GET / HTTP/9.9\r\nHost: h\r\n\r\n").status, 505);
  EXPECT_EQ(parse("GET / HTTP/2.0\r\nHost: h\r\n\r\n").status, 505);
  EXPECT_EQ(parse("GET / HTTP/1.1\r\n\r\n").status, 400) << "no Host";
}

TEST(HeadParser, takes_the_absolute_form_and_the_asterisk) {
  EXPECT_EQ(parse("GET http://h:80/a?b HTTP/1.1\r\nHost: h\r\n\r\n").head.path, "/a");
  EXPECT_EQ(parse("GET https://h HTTP/1.1\r\nHost: h\r\n\r\n").head.path, "/");
  EXPECT_EQ(parse("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n").head.path, "*");
}

TEST(HeadParser, keeps_its_limits) {
  const HeadLimits limits{200, 50, 3};
  EXPECT_EQ(parse("GET /" + std::string(60, 'x') + " HTTP/1.1\r\nHost: h\r\n\r\n", limits).status, 414);
  EXPECT_EQ(parse("GET /" + std::string(60, 'x'), limits).status, 414) << "before the line has ended";
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(300, 'x') + "\r\n\r\n", limits).status, 431);
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(300, 'x'), limits).status, 431);
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: h\r\nA: 1\r\nB: 1\r\nC: 1\r\n\r\n", limits).status, 431);
}

TEST(HeadParser, knows_who_wants_to_stay) {
  EXPECT_FALSE(parse("GET / HTTP/1.0\r\n\r\n").head.keepAlive);
  EXPECT_TRUE(parse("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").head.keepAlive);
  EXPECT_FALSE(parse("GET / HTTP/1.1\r\nHost: h\r\nConnection: x, Close\r\n\r\n").head.keepAlive);
  EXPECT_TRUE(parse("GET / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\n").head.expectsContinue);
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: h\r\nExpect: tea\r\n\r\n").status, 417);
}

}  // namespace
}  // namespace tenon::host
