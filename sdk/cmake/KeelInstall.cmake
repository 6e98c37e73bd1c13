# What `cmake --install BUILD --component sdk` puts in place. Nothing in it depends on where that is.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/keel-sdk)
set(here ${CMAKE_CURRENT_LIST_DIR})

set_target_properties(keel_sdk PROPERTIES EXPORT_NAME sdk)
set_target_properties(keel_testing PROPERTIES EXPORT_NAME testing)
install(TARGETS keel_sdk keel_testing keel-laws EXPORT keel-sdk-targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT sdk
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT sdk)
install(EXPORT keel-sdk-targets NAMESPACE keel:: DESTINATION ${package} COMPONENT sdk)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/keel-sdk-config-version.cmake VERSION ${PROJECT_VERSION}
  COMPATIBILITY SameMajorVersion ARCH_INDEPENDENT)
install(FILES ${here}/keel-sdk-config.cmake ${here}/KeelPlugin.cmake ${here}/keel_plugin.map
  ${CMAKE_CURRENT_BINARY_DIR}/keel-sdk-config-version.cmake DESTINATION ${package} COMPONENT sdk)

file(RELATIVE_PATH KEEL_PC_TO_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(${here}/keel-sdk.pc.in ${CMAKE_CURRENT_BINARY_DIR}/keel-sdk.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/keel-sdk.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT sdk)

install(DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/include/keel ${CMAKE_CURRENT_SOURCE_DIR}/testing/include/keel
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT sdk)
install(DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/examples ${CMAKE_CURRENT_SOURCE_DIR}/abi
  DESTINATION ${CMAKE_INSTALL_DATADIR}/keel-sdk COMPONENT sdk)
