# The targets of SBM. Nothing here names a directory: wherever this file stands, the prefix is three directories above it.
get_filename_component(_sbm_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

if(NOT TARGET SBM::sbm AND EXISTS "${_sbm_prefix}/lib/libsbm.so.0")
  add_library(SBM::sbm SHARED IMPORTED)
  set_target_properties(SBM::sbm PROPERTIES
    IMPORTED_LOCATION "${_sbm_prefix}/lib/libsbm.so.0"
    IMPORTED_SONAME "libsbm.so.0"
    INTERFACE_INCLUDE_DIRECTORIES "${_sbm_prefix}/include")
endif()

if(NOT TARGET SBM::sbm_static AND EXISTS "${_sbm_prefix}/lib/libsbm.a")
  add_library(SBM::sbm_static STATIC IMPORTED)
  set_target_properties(SBM::sbm_static PROPERTIES
    IMPORTED_LOCATION "${_sbm_prefix}/lib/libsbm.a"
    IMPORTED_LINK_INTERFACE_LANGUAGES "C"
    INTERFACE_COMPILE_DEFINITIONS "SBM_STATIC"
    INTERFACE_INCLUDE_DIRECTORIES "${_sbm_prefix}/include"
    INTERFACE_LINK_LIBRARIES "m;pthread;dl")
endif()
unset(_sbm_prefix)
