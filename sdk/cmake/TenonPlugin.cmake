# tenon_add_plugin(ID SOURCES file... [LIBS target...] [MANIFEST plugin.json.in])
#
# Builds a plugin from sources and a manifest, which is the one place where id, version, title, needs and
# offers are written. Makes target ID and, under ${TENON_PLUGIN_OUTPUT_DIR}/ID/, the two files the host
# reads: ID.so and plugin.json with the library's sha256. The library exports one symbol, has no unresolved
# ones, and finds the manifest's values in "tenon_plugin_manifest.h".
get_filename_component(_tenon_cmake_dir ${CMAKE_CURRENT_LIST_DIR} ABSOLUTE)
set(TENON_CMAKE_DIR ${_tenon_cmake_dir} CACHE INTERNAL "")
set(TENON_PLUGIN_OUTPUT_DIR ${CMAKE_BINARY_DIR}/lib/tenon/plugins CACHE PATH "Where built plugins are put")

# Writes tenon_plugin_manifest.h from the manifest's JSON.
function(_tenon_write_manifest_header manifest_json out)
  foreach(key id version title)
    string(JSON ${key} GET "${manifest_json}" ${key})
  endforeach()
  string(JSON abi_minor_needed ERROR_VARIABLE missing GET "${manifest_json}" abi_minor_needed)
  if(missing)
    set(abi_minor_needed 0)
  endif()
  set(needs "")
  set(offers "")
  foreach(list needs offers)
    string(JSON n ERROR_VARIABLE missing LENGTH "${manifest_json}" ${list})
    if(missing)
      set(n 0)
    endif()
    set(n_${list} ${n})
    if(n GREATER 0)
      math(EXPR last "${n} - 1")
      foreach(i RANGE ${last})
        string(JSON service GET "${manifest_json}" ${list} ${i} id)
        string(JSON name ERROR_VARIABLE missing GET "${manifest_json}" ${list} ${i} name)
        if(missing)
          set(name NULL)
        else()
          set(name "\"${name}\"")
        endif()
        if(list STREQUAL "needs")
          string(JSON min_size ERROR_VARIABLE missing GET "${manifest_json}" needs ${i} min_size)
          if(missing)
            set(min_size 0)
          endif()
          string(JSON optional ERROR_VARIABLE missing GET "${manifest_json}" needs ${i} optional)
          if(NOT missing AND optional)
            set(flags TENON_NEED_OPTIONAL)
          else()
            set(flags 0)
          endif()
          string(APPEND needs "  {\"${service}\", ${name}, ${min_size}, ${flags}},\n")
        else()
          string(APPEND offers "  {\"${service}\", ${name}},\n")
        endif()
      endforeach()
    endif()
  endforeach()
  # C has no empty arrays: a list without entries holds one that the count leaves out.
  if(n_needs EQUAL 0)
    set(needs "  {NULL, NULL, 0, 0},\n")
  endif()
  if(n_offers EQUAL 0)
    set(offers "  {NULL, NULL},\n")
  endif()
  file(CONFIGURE OUTPUT ${out} @ONLY CONTENT
"/* Written by tenon_add_plugin() from the plugin's manifest. */
#pragma once
#include <tenon/plugin.h>
#define TENON_MANIFEST_ID \"@id@\"
#define TENON_MANIFEST_VERSION \"@version@\"
#define TENON_MANIFEST_TITLE \"@title@\"
#define TENON_MANIFEST_ABI_MINOR_NEEDED @abi_minor_needed@
#define TENON_MANIFEST_N_NEEDS @n_needs@
#define TENON_MANIFEST_N_OFFERS @n_offers@
static const tenon_need tenon_manifest_needs[] = {
@needs@};
static const tenon_offer tenon_manifest_offers[] = {
@offers@};
")
endfunction()

function(tenon_add_plugin id)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "MANIFEST" "SOURCES;LIBS")
  if(NOT arg_MANIFEST)
    set(arg_MANIFEST plugin.json.in)
  endif()
  get_filename_component(manifest ${arg_MANIFEST} ABSOLUTE)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${manifest})
  file(READ ${manifest} manifest_json)
  string(JSON manifest_id GET "${manifest_json}" id)
  if(NOT manifest_id STREQUAL id)
    message(FATAL_ERROR "tenon_add_plugin(${id}): the manifest ${manifest} is for \"${manifest_id}\"")
  endif()
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/${id}.manifest)
  _tenon_write_manifest_header("${manifest_json}" ${generated}/tenon_plugin_manifest.h)

  add_library(${id} MODULE ${arg_SOURCES})
  set(folder ${TENON_PLUGIN_OUTPUT_DIR}/${id})
  set_target_properties(${id} PROPERTIES PREFIX "" OUTPUT_NAME ${id}
    LIBRARY_OUTPUT_DIRECTORY ${folder}
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LINK_DEPENDS ${TENON_CMAKE_DIR}/tenon_plugin.map)
  target_include_directories(${id} PRIVATE ${generated})
  target_link_libraries(${id} PRIVATE Tenon::SDK ${arg_LIBS})
  target_link_options(${id} PRIVATE
    -Wl,--version-script=${TENON_CMAKE_DIR}/tenon_plugin.map -Wl,--exclude-libs,ALL)
  get_directory_property(sanitizing COMPILE_OPTIONS)
  if(NOT "${sanitizing}" MATCHES "fsanitize" AND NOT CMAKE_CXX_FLAGS MATCHES "fsanitize")
    target_link_options(${id} PRIVATE -Wl,-z,defs)
  endif()
  add_custom_command(TARGET ${id} POST_BUILD
    COMMAND ${CMAKE_COMMAND} -DMANIFEST=${manifest} -DLIBRARY=$<TARGET_FILE:${id}>
      -DPLATFORM=${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR} -DOUTPUT=${folder}/plugin.json
      -P ${TENON_CMAKE_DIR}/TenonManifest.cmake
    VERBATIM)
endfunction()
