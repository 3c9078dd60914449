# Every flag of the house, in one INTERFACE target: ph_options. Nothing else sets compile flags.
set(PH_SANITIZE none CACHE STRING "address (with undefined), thread or none")
set_property(CACHE PH_SANITIZE PROPERTY STRINGS address thread none)
option(PH_FUZZ "Build the fuzz targets with libFuzzer, ASan and UBSan (clang only)" OFF)
option(PH_HARDEN "Hardened flags for what is shipped" OFF)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Debug CACHE STRING "" FORCE)
endif()
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g") # without CMake's -DNDEBUG: asserts stay on in what is shipped

add_library(ph_options INTERFACE)
target_compile_features(ph_options INTERFACE c_std_17)
set(CMAKE_C_EXTENSIONS OFF)
target_compile_definitions(ph_options INTERFACE _GNU_SOURCE PH_VERSION="${PROJECT_VERSION}")
target_compile_options(ph_options INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wswitch-enum -Wvla -Wstrict-prototypes -Wmissing-prototypes
  -Wcast-qual -Wformat=2 -Wnull-dereference -Wimplicit-fallthrough -Werror)

# Not -ftrivial-auto-var-init: gcc 12.2 clears "padding" at the wrong offset when a struct with tail padding is copied into
# an initializer (docs/adr/0007); test_padding guards it.
if(PH_HARDEN)
  target_compile_options(ph_options INTERFACE
    -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection -fcf-protection=full
    -fzero-call-used-regs=used-gpr -fno-delete-null-pointer-checks -fno-strict-overflow
    -Werror=implicit -Werror=incompatible-pointer-types -Werror=int-conversion)
  if(CMAKE_C_COMPILER_ID STREQUAL GNU)
    target_compile_options(ph_options INTERFACE -Wtrampolines -Wbidi-chars=any)
  endif()
  target_link_options(ph_options INTERFACE
    LINKER:-z,relro,-z,now LINKER:-z,noexecstack LINKER:-z,nodlopen LINKER:-z,separate-code)
  include(CheckPIESupported)
  check_pie_supported(LANGUAGES C) # without it CMake compiles with -fPIE but links without -pie
endif()

if(PH_FUZZ)
  if(NOT CMAKE_C_COMPILER_ID MATCHES Clang)
    message(FATAL_ERROR "PH_FUZZ needs clang (libFuzzer); use the preset `fuzz`.")
  endif()
  set(ph_sanitizers fuzzer-no-link,address,undefined)
elseif(PH_SANITIZE STREQUAL address)
  set(ph_sanitizers address,undefined)
elseif(PH_SANITIZE STREQUAL thread)
  set(ph_sanitizers thread)
elseif(PH_SANITIZE STREQUAL none)
  set(ph_sanitizers "")
else()
  message(FATAL_ERROR "PH_SANITIZE=${PH_SANITIZE}: must be address, thread or none")
endif()
if(ph_sanitizers)
  target_compile_options(ph_options INTERFACE -fsanitize=${ph_sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(ph_options INTERFACE -fsanitize=${ph_sanitizers})
  if(CMAKE_BUILD_TYPE STREQUAL Debug)
    target_compile_options(ph_options INTERFACE -O1)
  endif()
  if(CMAKE_C_COMPILER_ID STREQUAL GNU)
    # gcc's flow warnings see paths that only the sanitizer's own branches make; dev and release judge by them.
    target_compile_options(ph_options INTERFACE -Wno-null-dereference -Wno-stringop-overflow -Wno-maybe-uninitialized)
  endif()
endif()
