# Data races. Use: cmake -C packaging/build/tsan.cmake -S . -B build/tsan
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g" CACHE STRING "")
set(TENON_SANITIZE thread CACHE STRING "")
