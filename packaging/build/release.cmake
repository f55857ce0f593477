# What an operator runs. Use: cmake -C packaging/build/release.cmake -S . -B build/release
# Optimised as the tests are: nothing is shipped that a compiler made in another way than what was tested.
set(CMAKE_BUILD_TYPE Release CACHE STRING "")
set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG" CACHE STRING "")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG" CACHE STRING "")
set(TENON_BUILD_BENCH ON CACHE BOOL "")
