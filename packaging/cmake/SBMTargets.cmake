# The targets of SBM. Nothing here names a directory: wherever this file stands, the prefix is three directories above it.
get_filename_component(_sbm_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

if(NOT TARGET SBM::sbm AND EXISTS "${_sbm_prefix}/lib/libsbm.so.0")
  add_library(SBM::sbm SHARED IMPORTED)
  set_target_properties(SBM::sbm PROPERTIES
    IMPORTED_LOCATION "${_sbm_prefix}/lib/libsbm.so.0"
    IMPORTED_SONAME "libsbm.so.0"
    INTERFACE_INCLUDE_DIRECTORIES "${_sbm_prefix}/include")
endif()

# Windows: the DLL, and what the kind of linker at hand takes for it.
if(NOT TARGET SBM::sbm AND EXISTS "${_sbm_prefix}/bin/sbm.dll")
  add_library(SBM::sbm SHARED IMPORTED)
  set_target_properties(SBM::sbm PROPERTIES
    IMPORTED_LOCATION "${_sbm_prefix}/bin/sbm.dll"
    INTERFACE_INCLUDE_DIRECTORIES "${_sbm_prefix}/include")
  if(MINGW)
    set_target_properties(SBM::sbm PROPERTIES IMPORTED_IMPLIB "${_sbm_prefix}/lib/libsbm.dll.a")
  else()
    set_target_properties(SBM::sbm PROPERTIES IMPORTED_IMPLIB "${_sbm_prefix}/lib/sbm.lib")
  endif()
endif()

# What a static link needs besides is of the system; MinGW's archive is for MinGW.
if(WIN32)
  set(_sbm_besides ws2_32 userenv ntdll bcrypt advapi32 crypt32 secur32 ncrypt kernel32)
else()
  set(_sbm_besides m pthread dl)
endif()
if(NOT TARGET SBM::sbm_static AND (MINGW OR NOT WIN32) AND EXISTS "${_sbm_prefix}/lib/libsbm.a")
  add_library(SBM::sbm_static STATIC IMPORTED)
  set_target_properties(SBM::sbm_static PROPERTIES
    IMPORTED_LOCATION "${_sbm_prefix}/lib/libsbm.a"
    IMPORTED_LINK_INTERFACE_LANGUAGES "C"
    INTERFACE_COMPILE_DEFINITIONS "SBM_STATIC"
    INTERFACE_INCLUDE_DIRECTORIES "${_sbm_prefix}/include"
    INTERFACE_LINK_LIBRARIES "${_sbm_besides}")
endif()
unset(_sbm_prefix)
unset(_sbm_besides)
