# libFuzzer programs under tests/fuzz. Use: cmake -C packaging/build/fuzz.cmake -S . -B build/fuzz
set(CMAKE_C_COMPILER clang CACHE STRING "")
set(CMAKE_CXX_COMPILER clang++ CACHE STRING "")
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
set(TENON_SANITIZE fuzzer-no-link,address,undefined CACHE STRING "")
set(TENON_BUILD_FUZZ ON CACHE BOOL "")
