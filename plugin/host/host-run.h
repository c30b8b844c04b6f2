// One run of the host: inputs read, plugin loaded and set, processed, files completed.
#pragma once

#include <string>

#include "plugin/host/options.h"

namespace jambridge::host {

/**
 * Does what the options say. Returns the JSON report (without --json: for nobody). Throws HostError.
 * [main-thread]
 */
std::string RunHost(const Options& options);

/** What --list-parameters prints on standard output: text, or one JSON object. [main-thread] */
std::string ListParameters(const Options& options);

}  // namespace jambridge::host
