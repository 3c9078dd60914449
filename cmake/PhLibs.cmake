# Third-party libraries by their short names, looked up only when a target asks for them.
find_package(PkgConfig REQUIRED)

# Effect-free: no clock, file, socket, thread. Only these may be linked by a LAYER pure target.
set(PH_PURE_LIBS sodium msgpackc utf8proc lua5.4)

set(ph_pkg_zmq libzmq)
set(ph_pkg_sodium libsodium)
set(ph_pkg_sqlite3 sqlite3)
set(ph_pkg_yaml yaml-0.1)
set(ph_pkg_jansson jansson)
set(ph_pkg_utf8proc libutf8proc)
set(ph_pkg_microhttpd libmicrohttpd)
set(ph_pkg_rdkafka rdkafka)
set(ph_pkg_cmocka cmocka)
set(ph_pkg_msgpackc msgpack) # Debian's libmsgpack-dev 4.0.0 calls its pkg-config file so; the library is -lmsgpackc
set(ph_pkg_lua5.4 lua5.4)
set(ph_known_libs zmq sodium sqlite3 yaml jansson utf8proc microhttpd rdkafka cmocka msgpackc lua5.4 m threads)

# Some call a library by its pkg-config name.
function(ph_lib_short_name name ret)
  string(REGEX REPLACE "^lib" "" short "${name}")
  string(REGEX REPLACE "^yaml-0\\.1$" "yaml" short "${short}")
  string(REGEX REPLACE "^msgpack$|^msgpack-c$" "msgpackc" short "${short}")
  string(REGEX REPLACE "^pthread$|^Threads::Threads$" "threads" short "${short}")
  set(${ret} "${short}" PARENT_SCOPE)
endfunction()

# The link target of library `name`; stops the configure step with the package to install when it is missing.
function(ph_lib name ret)
  ph_lib_short_name("${name}" short)
  if(NOT short IN_LIST ph_known_libs)
    message(FATAL_ERROR "unknown library `${name}`; known: ${ph_known_libs}")
  endif()
  if(short STREQUAL m)
    set(${ret} m PARENT_SCOPE)
  elseif(short STREQUAL threads)
    find_package(Threads REQUIRED)
    set(${ret} Threads::Threads PARENT_SCOPE)
  else()
    if(NOT TARGET PkgConfig::ph_${short})
      pkg_check_modules(ph_${short} REQUIRED IMPORTED_TARGET GLOBAL ${ph_pkg_${short}})
    endif()
    set(${ret} PkgConfig::ph_${short} PARENT_SCOPE)
  endif()
endfunction()
