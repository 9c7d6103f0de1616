package org.malassay.sample;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.malassay.sample.FileFacts.FileType;

/**
 * Tells what kind of file a sample is. Contents are hostile: whatever they are, the answer comes
 * within bounded time and memory, a few megabytes at most, however large the file.
 *
 * <p>A file is ELF when it starts with the four bytes of the magic number, like in the kernel
 * ({@code fs/binfmt_elf.c}), even if nothing else is left of it. The kernel looks at neither {@code
 * EI_DATA} nor {@code EI_CLASS}, and some malware falsifies both to mislead those who do. Hence:
 *
 * <ul>
 *   <li>the byte order is the one in which {@code e_type} is one of the generic types, 1 to 4;
 *       {@code EI_DATA} counts when neither is;
 *   <li>ARM and x86 are 32-bit, AArch64 is 64-bit; {@code EI_CLASS} counts for every other machine.
 * </ul>
 *
 * <p>The rules of the other facts:
 *
 * <ul>
 *   <li>ABI of ARM: the highest byte of {@code e_flags} is the EABI version; 0 is the old GNU ABI
 *       (ELF for the Arm Architecture, IHI 0044, {@code EF_ARM_ABIMASK}; binutils {@code
 *       include/elf/arm.h}, {@code EF_ARM_EABI_UNKNOWN}).
 *   <li>Float ABI: {@code EF_ARM_ABI_FLOAT_HARD} and {@code EF_ARM_ABI_FLOAT_SOFT} of EABI 5, else
 *       {@code Tag_ABI_VFP_args} of the build attributes, which counts as 0 (base standard, soft)
 *       where attributes leave it out (IHI 0045).
 *   <li>Linkage: with {@code PT_INTERP}, dynamic; an {@code ET_EXEC} file without it is static; an
 *       {@code ET_DYN} file without it is static-pie when it is marked {@code DF_1_PIE}, or when it
 *       has no {@code PT_DYNAMIC} at all (so UPX leaves a packed one); otherwise it is a library,
 *       and dynamic. Without {@code PT_LOAD} there is nothing to start.
 *   <li>Needed libraries are found by the program headers, as the loader does; samples are often
 *       without section headers.
 * </ul>
 */
public final class FileFactsReader {
  /** The bytes that git looks at to tell text from data. */
  private static final int TEXT_WINDOW = 8000;

  /** The bytes that the kernel reads to find a script's interpreter, {@code BINPRM_BUF_SIZE}. */
  private static final int SCRIPT_WINDOW = 256;

  private FileFactsReader() {}

  /**
   * Reads the facts of a file.
   *
   * @throws IOException if it cannot be read, or is not a regular file; never for its content
   */
  public static FileFacts read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(SafeText.printable(file.toString()) + " is not a regular file");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return read(Bytes.of(channel));
    }
  }

  /** Reads the facts of a file that is in memory. */
  public static FileFacts read(byte[] file) {
    try {
      return read(Bytes.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
  }

  private static FileFacts read(Bytes file) throws IOException {
    if (file.size() == 0) {
      return FileFacts.of(FileType.EMPTY);
    }
    if (ElfReader.hasMagic(file)) {
      return FileFacts.elf(ElfReader.read(file));
    }
    String start = new String(array(file.at(0, SCRIPT_WINDOW)), UTF_8);
    if (start.startsWith("#!")) {
      return FileFacts.script(interpreter(start));
    }
    return FileFacts.of(isText(file) ? FileType.TEXT : FileType.DATA);
  }

  /** Follows the rules of the kernel's {@code fs/binfmt_script.c}. */
  private static String interpreter(String start) {
    String line = start.substring("#!".length()).split("[\n\0]", 2)[0];
    return line.replaceFirst("^[ \t]+", "").split("[ \t]", 2)[0];
  }

  private static boolean isText(Bytes file) throws IOException {
    ByteBuffer window = file.at(0, TEXT_WINDOW);
    boolean whole = window.remaining() == file.size();
    CharBuffer text = CharBuffer.allocate(TEXT_WINDOW);
    CoderResult result =
        UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .decode(window, text, whole); // a character cut by the window is not an error
    return !result.isError() && text.flip().chars().allMatch(FileFactsReader::isTextCharacter);
  }

  /** The control characters that file(1) finds in text: BEL to CR, and ESC. */
  private static boolean isTextCharacter(int c) {
    return (c >= 0x20 && c != 0x7f) || (c >= 0x07 && c <= 0x0d) || c == 0x1b;
  }

  private static byte[] array(ByteBuffer buffer) {
    byte[] array = new byte[buffer.remaining()];
    buffer.get(array);
    return array;
  }
}
