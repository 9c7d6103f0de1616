/* Translation tables (ARM ARM B3.5, short descriptors). One address space: the kernel's sections,
   made by boot.S, and the sample's pages below USER_END. */
#ifndef MMU_H
#define MMU_H

#include "types.h"

enum protection { PROT_READ = 1, PROT_WRITE = 2, PROT_EXEC = 4 };

/* Removes the mapping that only booting needs, and maps the vectors to their address. */
void mmu_init(void);

/* Maps a page of the kernel's map for the sample, or changes its protection; with none, the page
   stays but every access faults. False when there is no memory for the table. */
bool mmu_map(u32 address, void *page, u32 protection);

/* Unmaps the page and returns it; NULL if there was none. */
void *mmu_unmap(u32 address);

/* The page there, whatever its protection, or NULL. */
void *mmu_page(u32 address);

#endif
