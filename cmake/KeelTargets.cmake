# How a folder of the tree becomes a target: one library a folder, private links, unit tests beside the code.

find_package(Threads REQUIRED)

add_library(keel_warnings INTERFACE)
target_compile_options(keel_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Werror
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

# Precompiled headers save a third to a half of the time of a build. They also hide a missing #include, and GCC 12 forgets
# what comes from a system header, so that it warns of bounds in std::string's operator+ (PR105651): the presets debug
# (by which clang-tidy reads the tree) and checked build without.
set(KEEL_PRECOMPILE "" CACHE STRING "Of which targets to precompile common headers: host, plugins, tests")
set(standard_headers <algorithm> <array> <atomic> <charconv> <cstdint> <cstring> <functional> <map> <memory> <mutex> <optional>
  <span> <string> <string_view> <unordered_map> <utility> <vector>)
if(KEEL_PRECOMPILE)
  target_compile_options(keel_warnings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds;-Wno-stringop-overflow>)
endif()
# keel_precompiled(NAME header... ): what keel_precompile(TARGET NAME) gives to the files of a target.
function(keel_precompiled name)
  if(name IN_LIST KEEL_PRECOMPILE)
    file(WRITE ${CMAKE_BINARY_DIR}/precompile.cpp "")
    add_library(keel_precompiled_${name} OBJECT ${CMAKE_BINARY_DIR}/precompile.cpp)
    target_link_libraries(keel_precompiled_${name} PRIVATE keel_options)
    target_include_directories(keel_precompiled_${name} PRIVATE ${CMAKE_SOURCE_DIR}/sdk/include)
    target_precompile_headers(keel_precompiled_${name} PRIVATE ${standard_headers} ${ARGN})
  endif()
endfunction()
function(keel_precompile target name)
  if(name IN_LIST KEEL_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM keel_precompiled_${name})
  endif()
endfunction()
keel_precompiled(host)
keel_precompiled(plugins "${CMAKE_SOURCE_DIR}/sdk/include/keel/cpp/keel.hpp")

# Tests are not optimised: to compile them is most of their time.
if(BUILD_TESTING)
  find_package(GTest REQUIRED)
  include(GoogleTest)
  add_library(keel_test_options INTERFACE)
  target_link_libraries(keel_test_options INTERFACE keel_options GTest::gtest_main)
  target_compile_options(keel_test_options INTERFACE -O0 -fPIC)  # of one kind with the precompiled headers
  keel_precompiled(tests <gtest/gtest.h>)
  if(TARGET keel_precompiled_tests)
    target_link_libraries(keel_precompiled_tests PRIVATE keel_test_options)
  endif()
endif()

# The preset tsan wants the tests of what threads share.
set(KEEL_TESTS_OF "" CACHE STRING "Prefixes of the unit tests that are built; empty = all of them, and the laws")

# keel_tests(TARGET PREFIX SOURCES file... [LINKS target...]): a program whose tests are called PREFIX.*.
function(keel_tests target prefix)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "SOURCES;LINKS")
  if(BUILD_TESTING AND arg_SOURCES AND (NOT KEEL_TESTS_OF OR prefix IN_LIST KEEL_TESTS_OF))
    add_executable(${target} ${arg_SOURCES})
    target_link_libraries(${target} PRIVATE keel_test_options ${arg_LINKS})
    keel_precompile(${target} tests)
    gtest_discover_tests(${target} TEST_PREFIX ${prefix}. DISCOVERY_MODE PRE_TEST)
  endif()
endfunction()

# keel_fuzz(SOURCES file... [LINKS target...]): every file NAME_fuzz.cpp as the fuzz target NAME_fuzz.
function(keel_fuzz)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "" "SOURCES;LINKS")
  if(KEEL_FUZZ)
    foreach(source ${arg_SOURCES})
      get_filename_component(target ${source} NAME_WE)
      add_executable(${target} ${source})
      target_link_libraries(${target} PRIVATE keel_options ${arg_LINKS} -fsanitize=fuzzer)
      set_property(GLOBAL APPEND PROPERTY KEEL_FUZZ_TARGETS ${target})
    endforeach()
  endif()
endfunction()

# The *.cpp of this folder by what they are for, in `sources`, `tests` and `fuzzs` of the caller.
macro(keel_sources)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  foreach(kind test fuzz)
    set(${kind}s ${sources})
    list(FILTER ${kind}s INCLUDE REGEX "_${kind}\\.cpp$")
  endforeach()
  list(FILTER sources EXCLUDE REGEX "(_test|_fuzz|/main)\\.cpp$")
endmacro()

# keel_folder(NAME LINKS target... [PRECOMPILE header...]): every *.cpp of this folder (without main) as the static library
# keel_NAME, every *_test.cpp as one test program NAME_test, every *_fuzz.cpp as a fuzz target.
function(keel_folder name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LINKS;PRECOMPILE")
  keel_sources()
  if(sources)
    add_library(keel_${name} STATIC ${sources})
    target_link_libraries(keel_${name} PRIVATE keel_options PUBLIC ${arg_LINKS})
    target_include_directories(keel_${name} PUBLIC ${CMAKE_SOURCE_DIR})
    if(host IN_LIST KEEL_PRECOMPILE AND arg_PRECOMPILE)
      target_precompile_headers(keel_${name} PRIVATE ${arg_PRECOMPILE})
    else()
      keel_precompile(keel_${name} host)
    endif()
  else()
    add_library(keel_${name} INTERFACE)
    target_link_libraries(keel_${name} INTERFACE ${arg_LINKS})
    target_include_directories(keel_${name} INTERFACE ${CMAKE_SOURCE_DIR})
  endif()
  keel_tests(${name}_test ${name} SOURCES ${tests} LINKS keel_${name})
  keel_fuzz(SOURCES ${fuzzs} LINKS keel_${name})
endfunction()

# keel_plugin_folder(NAME [LINKS target...] [COMPONENT component]): plugin.cpp of this folder as the plugin NAME.so, and all that
# it is made of as the static library NAME_parts, which the folder's tests and fuzz targets use as well.
function(keel_plugin_folder name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "COMPONENT" "LINKS")
  keel_sources()
  list(FILTER sources EXCLUDE REGEX "/plugin\\.cpp$")
  set(parts ${arg_LINKS})
  if(sources)
    set(parts ${name}_parts)
    add_library(${parts} STATIC ${sources})
    target_link_libraries(${parts} PRIVATE keel_options PUBLIC keel_sdk ${arg_LINKS})
    keel_precompile(${parts} plugins)
  endif()
  keel_add_plugin(${name} SOURCES plugin.cpp LINKS ${parts} keel_options)
  if(NOT arg_COMPONENT)
    set(arg_COMPONENT Unspecified)
  endif()
  install(TARGETS ${name} LIBRARY DESTINATION ${KEEL_PLUGIN_INSTALL_DIRECTORY} COMPONENT ${arg_COMPONENT})
  keel_tests(${name}_test ${name} SOURCES ${tests} LINKS ${parts})
  keel_fuzz(SOURCES ${fuzzs} LINKS ${parts})
endfunction()
