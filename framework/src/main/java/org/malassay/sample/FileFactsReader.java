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
import java.util.Optional;
import org.malassay.elf.Bytes;
import org.malassay.elf.ElfFacts;
import org.malassay.sample.FileFacts.FileType;

/**
 * Tells what kind of file a sample is. Contents are hostile: whatever they are, the answer comes
 * within bounded time and memory, a few megabytes at most, however large the file.
 *
 * <p>What makes a file ELF, and the rules of its facts: {@link ElfFacts}.
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
    Optional<ElfFacts> elf = ElfFacts.of(file);
    if (elf.isPresent()) {
      return FileFacts.elf(elf.get());
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
