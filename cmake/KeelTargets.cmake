# How a folder of the tree becomes a target: one library a folder, private links, unit tests beside the code.

find_package(Threads REQUIRED)

add_library(keel_warnings INTERFACE)
target_compile_options(keel_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)  # GCC 12 sees overlaps in std::string's operator+ that are not there (PR105651)

if(CMAKE_CXX_FLAGS MATCHES "-fsanitize")
  target_compile_options(keel_warnings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized;-Wno-array-bounds;-Wno-stringop-overflow;-Wno-stringop-overread>)
  # ... which are false in the standard library once it is instrumented
endif()

add_library(keel_options INTERFACE)
target_link_libraries(keel_options INTERFACE keel_warnings)
if(KEEL_CHECKED)
  target_compile_definitions(keel_options INTERFACE _GLIBCXX_ASSERTIONS=1)
endif()

# Precompiled headers halve the time of a build. They also hide a missing #include: the presets debug, checked and fuzz
# build without them.
option(KEEL_PRECOMPILE "Precompile the standard headers" OFF)
if(KEEL_PRECOMPILE)
  file(WRITE ${CMAKE_BINARY_DIR}/precompile.cpp "")
  add_library(keel_precompiled OBJECT ${CMAKE_BINARY_DIR}/precompile.cpp)
  target_link_libraries(keel_precompiled PRIVATE keel_options)
  target_precompile_headers(keel_precompiled PRIVATE <algorithm> <array> <atomic> <charconv> <cstdint> <cstring>
    <functional> <map> <memory> <mutex> <optional> <span> <string> <string_view> <unordered_map> <utility> <vector>)
endif()

if(BUILD_TESTING)
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()

# keel_folder(NAME LINKS target... [PRECOMPILE header...]): every *.cpp of this folder (without tests, mains and fuzz targets) as the static
# library keel_NAME, every *_test.cpp as one test program.
function(keel_folder name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LINKS;TEST_LINKS;PRECOMPILE")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "(_test|_fuzz|/main)\\.cpp$")
  if(sources)
    add_library(keel_${name} STATIC ${sources})
    target_link_libraries(keel_${name} PRIVATE keel_options PUBLIC ${arg_LINKS})
    target_include_directories(keel_${name} PUBLIC ${CMAKE_SOURCE_DIR})
    if(KEEL_PRECOMPILE AND arg_PRECOMPILE)
      target_precompile_headers(keel_${name} PRIVATE ${arg_PRECOMPILE})
    elseif(KEEL_PRECOMPILE)
      target_precompile_headers(keel_${name} REUSE_FROM keel_precompiled)
    endif()
  else()
    add_library(keel_${name} INTERFACE)
    target_link_libraries(keel_${name} INTERFACE ${arg_LINKS})
    target_include_directories(keel_${name} INTERFACE ${CMAKE_SOURCE_DIR})
  endif()
  if(BUILD_TESTING AND tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE keel_options keel_${name} ${arg_TEST_LINKS} GTest::gtest_main)
    gtest_discover_tests(${name}_test TEST_PREFIX ${name}. DISCOVERY_MODE PRE_TEST)
  endif()
endfunction()
