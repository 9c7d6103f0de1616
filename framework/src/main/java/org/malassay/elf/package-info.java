/**
 * One reader of ELF files for the whole house: {@link org.malassay.elf.ElfFacts}, what their
 * headers say; {@link org.malassay.elf.ElfLinks}, what a dynamic linker goes by; {@link
 * org.malassay.elf.ElfLayout}, where in one what lies. Nothing is executed, and no content is an
 * error. Knows no other room.
 *
 * <p>ELF files are read by code of the project's own. The library jelf 0.10.0 was measured on two
 * of the test files: from each of their 11,576 prefixes it told nothing but an exception; of 4,000
 * random mutations 59 ended in exceptions not its own, 12 of these in an OutOfMemoryError (256 MB
 * heap); and it finds needed libraries by section headers only, which samples are often stripped
 * of.
 */
@NullMarked
package org.malassay.elf;

import org.jspecify.annotations.NullMarked;
