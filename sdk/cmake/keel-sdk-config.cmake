# find_package(keel-sdk): the targets keel::sdk and keel::testing, the program keel::keel-laws, and keel_add_plugin().
include(${CMAKE_CURRENT_LIST_DIR}/keel-sdk-targets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/KeelPlugin.cmake)
