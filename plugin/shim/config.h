// What the plugin is, in one place; every format adapter takes its identity from here.
#pragma once

#define PLUG_NAME "JamBridge"
#define PLUG_MFR "JamBridge"
#define PLUG_VERSION "0.1.0"
#define PLUG_VERSION_HEX 0x00000100
#define PLUG_URL ""
#define PLUG_DESCRIPTION "Joins DAWs over lossy networks: audio and MIDI of this track, by channel number"

// CLAP: reverse-URI id and features.
#define PLUG_CLAP_ID "org.jambridge.jambridge"

// VST3: the class id as four 32-bit words, and the category string.
#define PLUG_VST3_UID_1 0x4A616D42U  // "JamB"
#define PLUG_VST3_UID_2 0x72696467U  // "ridg"
#define PLUG_VST3_UID_3 0x65000000U
#define PLUG_VST3_UID_4 0x00000001U
#define PLUG_VST3_SUBCATEGORIES "Fx|Network"

// AudioUnit: four-character codes.
#define PLUG_AU_SUBTYPE "JamB"
#define PLUG_AU_MANUFACTURER "JmBr"

// Until the host asks for another layout; see ChannelsFit.
#define PLUG_CHANNELS_IN 2
#define PLUG_CHANNELS_OUT 2
#define PLUG_DOES_MIDI_IN 1
#define PLUG_DOES_MIDI_OUT 1
