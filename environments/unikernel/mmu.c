#include "mmu.h"

#include <string.h>

#include "arch.h"
#include "console.h"
#include "page.h"

/* Small pages: normal memory, write-back cached; for a privileged program. */
enum {
  SMALL_PAGE = 0x2,
  SMALL_NORMAL = 0x40 | 0xc | 0x10,
  SMALL_NEVER_EXECUTE = 0x1,
  SMALL_READ_ONLY = 0x200,
  TABLE = 0x1,
  TABLE_SIZE = 1024,
  PAGES_A_TABLE = 256,
  TABLES_A_PAGE = PAGE / TABLE_SIZE
};

extern u32 sections[4096];

static void forget(u32 address) {
  barrier();
  WRITE_CP15(0, c8, c7, 1, address);
  WRITE_CP15(0, c7, c5, 6, 0);
  barrier();
}

static u32 physical(const void *page) { return (u32)page - PHYSICAL_TO_KERNEL; }

/* The entry for an address; NULL if its table is missing and is not to be made, or cannot be. */
static u32 *entry(u32 address, bool make) {
  u32 *section = &sections[address / SECTION];
  if (!*section) {
    u8 *tables = make ? pages_alloc(1) : NULL;
    if (!tables) return NULL;
    memset(tables, 0, PAGE);
    u32 *group = &sections[ROUND_DOWN(address / SECTION, TABLES_A_PAGE)];
    for (u32 i = 0; i < TABLES_A_PAGE; i++)
      group[i] = (physical(tables) + i * TABLE_SIZE) | TABLE;
  }
  u32 *table = (u32 *)(ROUND_DOWN(*section, TABLE_SIZE) + PHYSICAL_TO_KERNEL);
  return &table[address / PAGE % PAGES_A_TABLE];
}

bool mmu_map(u32 address, void *page, u32 protection) {
  u32 *at = entry(address, true);
  if (!at) return false;
  u32 value = physical(page);
  /* An entry without its type keeps the page and faults. */
  if (protection) value |= SMALL_PAGE | SMALL_NORMAL;
  if (protection && !(protection & PROT_WRITE)) value |= SMALL_READ_ONLY;
  if (protection && !(protection & PROT_EXEC)) value |= SMALL_NEVER_EXECUTE;
  *at = value;
  forget(address);
  return true;
}

void *mmu_page(u32 address) {
  u32 *at = entry(address, false);
  return at && *at ? (void *)(ROUND_DOWN(*at, PAGE) + PHYSICAL_TO_KERNEL) : NULL;
}

void *mmu_unmap(u32 address) {
  void *page = mmu_page(address);
  if (page) {
    *entry(address, false) = 0;
    forget(address);
  }
  return page;
}

void mmu_init(void) {
  sections[RAM_BASE / SECTION] = 0;
  WRITE_CP15(0, c8, c7, 0, 0);
  if (!mmu_map(VECTORS, vectors_page, PROT_READ | PROT_EXEC)) panic("no memory for the vectors");
  forget_code();
}
