# How everything in this tree is compiled. The SDK's own targets carry none of it to third parties.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

find_program(TENON_CCACHE ccache)
if(TENON_CCACHE)
  # The sloppiness lets precompiled headers hit the cache.
  foreach(language C CXX)
    set(CMAKE_${language}_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${TENON_CCACHE})
  endforeach()
endif()

set(TENON_SANITIZE "" CACHE STRING "Value of -fsanitize= for everything, such as address,undefined or thread")
if(TENON_SANITIZE)
  add_compile_options(-fsanitize=${TENON_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=${TENON_SANITIZE})
endif()

option(TENON_COVERAGE "Count executed lines" OFF)
if(TENON_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()

# Link this PRIVATE into every target of ours.
add_library(tenon_warnings INTERFACE)
target_compile_options(tenon_warnings INTERFACE -Wall -Wextra -Wpedantic -Werror
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Woverloaded-virtual>)
# gcc 12 sees overlapping copies inside std::string that are not there (its bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(tenon_warnings INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)
endif()
# Checks that sanitizers weave in make gcc see uses of values that were never set (its manual says so).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND TENON_SANITIZE)
  target_compile_options(tenon_warnings INTERFACE -Wno-maybe-uninitialized)
endif()
if(NOT TENON_SANITIZE)  # sanitizer runtimes are resolved at run time
  target_link_options(tenon_warnings INTERFACE -Wl,-z,defs)
endif()
