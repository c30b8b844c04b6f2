// Giving pages of the segment memory and taking it away: where the systems differ.
#pragma once

#include <cstddef>
#include <cstdint>

namespace jambridge {

/**
 * Makes sure that every page of the range has memory, so that touching it later can't fail. False:
 * the system has none left. [main-thread] [engine-thread]
 */
bool ReserveMemory(int descriptor, uint64_t offset, size_t bytes);

/** The range reads as zeros afterwards; its memory goes back where the system can do that. `mapped` is
 * where the range is mapped, or nullptr. [main-thread] [engine-thread] */
void DiscardMemory(int descriptor, std::byte* mapped, uint64_t offset, size_t bytes);

/** Maps the pages in, so that their first use costs the audio thread no page fault. Best effort.
 * [main-thread] */
void PrefaultMemory(std::byte* mapped, size_t bytes);

}  // namespace jambridge
