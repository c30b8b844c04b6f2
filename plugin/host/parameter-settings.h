// From what the user types (mode=send) to a parameter's id and value, by the plugin's own words.
#pragma once

#include <string>
#include <vector>

#include "plugin/host/plugin-instance.h"

namespace jambridge::host {

struct ResolvedParameter {
  uint32_t id;
  double value;
};

/** The name that --set takes: JamBridge's own key, or the parameter's name in small letters with dashes. */
std::string ParameterKey(const PluginIdentity& plugin, const ParameterInfo& parameter);

/**
 * Finds a parameter by key, name (any case) or number and converts the text. Throws HostError with
 * exit code 2 and the valid keys or values. [main-thread]
 */
ResolvedParameter ResolveSetting(PluginInstance& plugin, const std::string& key, const std::string& text);

/** A value as people read it, with its unit: the same for a plugin of ours in each format. [main-thread] */
std::string ShownValue(PluginInstance& plugin, const ParameterInfo& parameter, double value);

/** What the values of a parameter are, for people: "send, receive, bypass" or "1 .. 64". [main-thread] */
std::string DescribeValues(PluginInstance& plugin, const ParameterInfo& parameter);

}  // namespace jambridge::host
