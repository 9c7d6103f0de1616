/**
 * What a sample's bytes tell without being executed, as numbers that machine learning can use: the
 * features of the thesis's related work (opcodes, strings, bytes as an image), and entropy, imports
 * and TLSH besides. Each is a pure function of the bytes, within bounds whatever they are; {@link
 * org.malassay.features.Extractor} makes all of a sample. Two processes, of which neither sees the
 * file itself, tell its instructions.
 *
 * <p>The disassembler is GNU objdump, of Debian's binutils. A binding of Capstone would spare the
 * process, but none on Maven Central is kept: {@code org.native4j:capstone-java} is archived since
 * August 2024, {@code com.github.transcurity:capstone} 4.0.2 brings no native libraries, and none
 * is of Capstone's own project; besides, hostile code would be decoded by C in the run's own
 * process.
 *
 * <p>TLSH is code of the project's own: the one library there, {@code com.idealista:tlsh} 1.0.0, is
 * of 2016 and had no second version.
 */
@NullMarked
package org.malassay.features;

import org.jspecify.annotations.NullMarked;
