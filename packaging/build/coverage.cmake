# Executed lines, read with gcov. Use: cmake -C packaging/build/coverage.cmake -S . -B build/coverage
set(CMAKE_BUILD_TYPE Debug CACHE STRING "")
set(TENON_COVERAGE ON CACHE BOOL "")
