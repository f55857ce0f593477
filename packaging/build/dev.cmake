# Quick to build and to debug. Use: cmake -C packaging/build/dev.cmake -S . -B build/dev
set(CMAKE_BUILD_TYPE Debug CACHE STRING "")
