# Memory errors, leaks and undefined behaviour. Use: cmake -C packaging/build/asan.cmake -S . -B build/asan
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g" CACHE STRING "")
set(TENON_SANITIZE address,undefined CACHE STRING "")
