/*
 * A program is loaded as by Linux (fs/binfmt_elf.c). Its segments are mapped from the file and read
 * when they are touched, so the part beyond a truncated file's end faults only then, with SIGBUS.
 * Of e_ident only the magic number is read. A wrong segment is found too late to refuse the file:
 * by then Linux has thrown the old program away, and ends the process by SIGSEGV. The file is
 * hostile: every number in it is checked before it is used, and none can lead outside the sample's
 * memory.
 */
#include "elf.h"

#include <string.h>

#include "abi.h"
#include "memory.h"
#include "signal.h"

enum {
  FIXED = 2,   /* ET_EXEC */
  MOVABLE = 3, /* ET_DYN */
  MACHINE_ARM = 40,
  LOAD = 1,
  INTERPRETER = 3,
  GNU_STACK = 0x6474e551,
  EXECUTE = 1,
  WRITE = 2,
  READ = 4,
  HEADERS = 128,          /* a page of them; Linux takes no more */
  LONGEST_PATH = 4096,
  MOVABLE_BASE = 0x400000 /* ELF_ET_DYN_BASE of Linux on ARM */
};

struct header {
  u8 magic[4], class, data, version, abi, padding[8];
  u16 type, machine;
  u32 version_again, entry, programs, sections, flags;
  u16 size, program_size, program_count, section_size, section_count, names;
};

struct segment {
  u32 type, offset, address, physical, in_file, in_memory, flags, alignment;
};

static s32 read_headers(const struct node *file, struct header *header, struct segment *segments) {
  u32 n = blob_read(&file->blob, 0, header, sizeof *header);
  if (n >= 2 && memcmp(header, "#!", 2) == 0) return -ELIBACC;
  if (n < sizeof *header || memcmp(header->magic, "\177ELF", 4) != 0) return -ENOEXEC;
  if (header->machine != MACHINE_ARM || (header->type != FIXED && header->type != MOVABLE) ||
      header->program_size != sizeof(struct segment) || (header->entry & 3) == 2)
    return -ENOEXEC;
  u32 count = header->program_count, length = count * sizeof(struct segment);
  if (count == 0 || count > HEADERS) return -ENOEXEC;
  return blob_read(&file->blob, header->programs, segments, length) == length ? 0 : -ENOEXEC;
}

/* No interpreter is loaded beside the sample. But its name is checked, as Linux reads the name
   before it looks for the file. */
static s32 refuse_interpreter(const struct node *file, const struct segment *segment) {
  char first, last;
  u32 length = segment->in_file, end = segment->offset + length;
  if (length < 2 || length > LONGEST_PATH) return -ENOEXEC;
  if (end < length || end > file->blob.size) return -EIO;
  blob_read(&file->blob, segment->offset, &first, 1);
  blob_read(&file->blob, end - 1, &last, 1);
  return last ? -ENOEXEC : first ? -ELIBACC : -EACCES;
}

/* A movable program's addresses are relative to the base; a sum may not wrap around. */
static s32 map_segment(struct node *file, const struct segment *segment, u32 base) {
  u32 start = base + segment->address, slack = start % PAGE;
  if (segment->in_file > segment->in_memory) return -EINVAL;
  if (segment->in_file && segment->offset % PAGE != slack) return -EINVAL;
  if (start < base || start < USER_START || start >= USER_END ||
      segment->in_memory > USER_END - start)
    return -ENOMEM;
  u32 protection = (segment->flags & READ ? PROT_READ : 0) |
                   (segment->flags & WRITE ? PROT_WRITE : 0) |
                   (segment->flags & EXECUTE ? PROT_EXEC : 0);
  u32 from = start - slack, file_end = start + segment->in_file, end = start + segment->in_memory;
  u32 mapped = segment->in_file ? ROUND_UP(file_end, PAGE) : from;
  if (segment->in_file) {
    s32 error =
        memory_map(from, mapped - from, protection, MAP_FIXED, file, segment->offset - slack);
    if (is_error(error)) return error;
  }
  if (end > mapped) {
    s32 error = memory_map(mapped, end - mapped, protection, MAP_FIXED, NULL, 0);
    if (is_error(error)) return error;
  }
  /* The memory behind the file's bytes is zero, also within their last page. */
  if (segment->in_file && end > file_end && file_end % PAGE && protection & PROT_WRITE) {
    if (!user_writable(file_end, 1)) return -EFAULT;
    memset((void *)file_end, 0, mapped - file_end);
  }
  return 0;
}

s32 elf_load(struct node *file, struct program *program) {
  static struct segment segments[HEADERS];
  struct header header;
  s32 error = read_headers(file, &header, segments);
  if (error) return error;

  u32 base = header.type == MOVABLE ? MOVABLE_BASE : 0;
  bool tells_of_stack = false, is_first = true;
  *program = (struct program){.header_count = header.program_count};
  for (u32 i = 0; i < header.program_count; i++) {
    if (segments[i].type == INTERPRETER) return refuse_interpreter(file, &segments[i]);
    if (segments[i].type == GNU_STACK) {
      tells_of_stack = true;
      program->executable_stack = segments[i].flags & EXECUTE;
    }
  }
  if (!tells_of_stack) {
    program->executable_stack = true;
    memory_read_implies_execute();
  }
  for (u32 i = 0; i < header.program_count; i++) {
    const struct segment *segment = &segments[i];
    if (segment->type != LOAD) continue;
    if (is_first && header.type == MOVABLE) base -= ROUND_DOWN(segment->address, PAGE);
    is_first = false;
    if (map_segment(file, segment, base)) return SIGSEGV;
    u32 start = base + segment->address;
    if (program->end < start + segment->in_memory) program->end = start + segment->in_memory;
    if (header.programs >= segment->offset && header.programs - segment->offset < segment->in_file)
      program->headers = start + (header.programs - segment->offset);
  }
  program->entry = base + header.entry;
  return program->entry < USER_END ? 0 : SIGSEGV;
}
