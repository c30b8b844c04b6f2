// Apple's headers. Where there are none, a test puts its own declarations of the same in their place.
#pragma once

#if __has_include(<AudioToolbox/AudioToolbox.h>)
#include <AudioToolbox/AudioToolbox.h>
#include <CoreFoundation/CoreFoundation.h>
#include <CoreMIDI/CoreMIDI.h>
#else
#include "apple-stubs.h"
#endif
