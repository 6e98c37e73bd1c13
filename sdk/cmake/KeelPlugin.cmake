# keel_add_plugin(NAME SOURCES file... [LINKS target...]): a shared object NAME.so that exports keel_plugin_v1 alone.
function(keel_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINKS")
  add_library(${name} MODULE ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX ".so" C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON)
  if(KEEL_PLUGIN_OUTPUT_DIRECTORY)
    set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${KEEL_PLUGIN_OUTPUT_DIRECTORY})
  endif()
  target_compile_features(${name} PRIVATE c_std_11 cxx_std_20)
  target_link_libraries(${name} PRIVATE ${arg_LINKS})
  target_link_options(${name} PRIVATE LINKER:--exclude-libs,ALL LINKER:--no-undefined
    LINKER:--version-script=${KEEL_PLUGIN_EXPORTS} LINKER:-z,defs)
  set_property(TARGET ${name} APPEND PROPERTY LINK_DEPENDS ${KEEL_PLUGIN_EXPORTS})
endfunction()
set(KEEL_PLUGIN_EXPORTS ${CMAKE_CURRENT_LIST_DIR}/keel_plugin.map)
