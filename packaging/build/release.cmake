# What an operator runs. Use: cmake -C packaging/build/release.cmake -S . -B build/release
set(CMAKE_BUILD_TYPE Release CACHE STRING "")
set(TENON_BUILD_BENCH ON CACHE BOOL "")
