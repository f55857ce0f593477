// SPDX-License-Identifier: Apache-2.0
#include "assets.h"

#include <array>

// The assembler takes the files as they are: a megabyte of C++ would be read for seconds. TENON_GRAPHIQL_PAGE is the
// folder of the page, TENON_GRAPHIQL_LIBRARIES that where npm has installed the libraries, if it has.
// clang-format off
#define TENON_EMBEDDED(symbol, path)                                                    \
  extern "C" __attribute__((visibility("hidden"))) const char symbol[], symbol##_end[]; \
  asm(".pushsection .rodata\n"                                                          \
      ".global " #symbol "\n.hidden " #symbol "\n" #symbol ":\n"                        \
      ".incbin \"" path "\"\n"                                                          \
      ".global " #symbol "_end\n.hidden " #symbol "_end\n" #symbol "_end:\n"            \
      ".byte 0\n"                                                                       \
      ".popsection\n")
// clang-format on

#ifdef TENON_GRAPHIQL_LIBRARIES
TENON_EMBEDDED(tenon_graphiql_page, TENON_GRAPHIQL_PAGE "/index.html");
TENON_EMBEDDED(tenon_graphiql_page_css, TENON_GRAPHIQL_PAGE "/page.css");
TENON_EMBEDDED(tenon_graphiql_page_js, TENON_GRAPHIQL_PAGE "/page.js");
TENON_EMBEDDED(tenon_graphiql_css, TENON_GRAPHIQL_LIBRARIES "/node_modules/graphiql/graphiql.min.css");
TENON_EMBEDDED(tenon_graphiql_js, TENON_GRAPHIQL_LIBRARIES "/node_modules/graphiql/graphiql.min.js");
TENON_EMBEDDED(tenon_graphiql_react, TENON_GRAPHIQL_LIBRARIES "/node_modules/react/umd/react.production.min.js");
TENON_EMBEDDED(tenon_graphiql_react_dom,
               TENON_GRAPHIQL_LIBRARIES "/node_modules/react-dom/umd/react-dom.production.min.js");
TENON_EMBEDDED(tenon_graphiql_licenses, TENON_GRAPHIQL_LIBRARIES "/licenses.txt");
#else
TENON_EMBEDDED(tenon_graphiql_page, TENON_GRAPHIQL_PAGE "/without.html");
#endif

namespace tenon::graphql {

namespace {

std::string_view between(const char* begin, const char* end) noexcept {
  return {begin, static_cast<size_t>(end - begin)};
}

}  // namespace

std::string_view graphiqlPage() noexcept {
  return between(tenon_graphiql_page, tenon_graphiql_page_end);
}

std::span<const Asset> graphiqlAssets() noexcept {
#ifdef TENON_GRAPHIQL_LIBRARIES
  constexpr std::string_view kScript = "text/javascript; charset=utf-8", kStyle = "text/css; charset=utf-8",
                             kText = "text/plain; charset=utf-8";
  static const std::array<Asset, 7> assets = {
      {{"page.css", kStyle, between(tenon_graphiql_page_css, tenon_graphiql_page_css_end)},
       {"page.js", kScript, between(tenon_graphiql_page_js, tenon_graphiql_page_js_end)},
       {"graphiql.min.css", kStyle, between(tenon_graphiql_css, tenon_graphiql_css_end)},
       {"graphiql.min.js", kScript, between(tenon_graphiql_js, tenon_graphiql_js_end)},
       {"react.production.min.js", kScript, between(tenon_graphiql_react, tenon_graphiql_react_end)},
       {"react-dom.production.min.js", kScript, between(tenon_graphiql_react_dom, tenon_graphiql_react_dom_end)},
       {"licenses.txt", kText, between(tenon_graphiql_licenses, tenon_graphiql_licenses_end)}}};
  return assets;
#else
  return {};
#endif
}

}  // namespace tenon::graphql
