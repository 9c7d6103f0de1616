package org.malassay.sample;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import net.lingala.zip4j.exception.ZipException;
import net.lingala.zip4j.io.inputstream.ZipInputStream;
import net.lingala.zip4j.model.FileHeader;
import org.apache.commons.compress.archivers.zip.UnicodePathExtraField;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.archivers.zip.ZipMethod;
import org.jspecify.annotations.Nullable;
import org.malassay.sample.Unpacker.Content;

/**
 * The members of a zip, as its central directory lists them. Commons Compress reads the list and
 * what is not encrypted; zip4j decrypts. (zip4j would refuse the whole list for one method that it
 * does not know.)
 */
final class ZipMembers {
  /** The most bytes of a central directory, held in memory: some 300,000 usual members. */
  private static final long MAX_LIST = 32 << 20;

  /** The methods that Commons Compress reads in bounded memory. */
  private static final Set<ZipMethod> PLAIN =
      Set.of(
          ZipMethod.STORED,
          ZipMethod.DEFLATED,
          ZipMethod.ENHANCED_DEFLATED,
          ZipMethod.BZIP2,
          ZipMethod.IMPLODING,
          ZipMethod.UNSHRINKING);

  /** The methods that zip4j reads; AES stands for the method that it hides. */
  private static final Set<ZipMethod> ENCRYPTED =
      Set.of(ZipMethod.STORED, ZipMethod.DEFLATED, ZipMethod.AES_ENCRYPTED);

  private final Path archive;
  private final List<String> passwords;

  /** The password that opened a member is tried first for the next one. */
  private final List<String> passwordsByUse;

  private final Optional<Charset> charset;

  ZipMembers(Path archive, List<String> passwords, Optional<Charset> charset) {
    this.archive = archive;
    this.passwords = passwords;
    this.passwordsByUse = new ArrayList<>(passwords);
    this.charset = charset;
  }

  void unpack(Contents contents) throws IOException {
    try (FileChannel file = FileChannel.open(archive);
        BoundedChannel list = new BoundedChannel(file, MAX_LIST);
        ZipFile zip =
            ZipFile.builder()
                .setSeekableByteChannel(list)
                .setIgnoreLocalFileHeader(true)
                .setUseUnicodeExtraFields(false)
                .get()) {
      list.unbind();
      List<ZipArchiveEntry> entries = Collections.list(zip.getEntries());
      Charset names = charset.orElseGet(() -> NameCharset.of(undeclaredNames(entries)));
      for (ZipArchiveEntry entry : entries) {
        String name = name(entry, names);
        if (entry.isUnixSymlink()) {
          contents.passOver(name);
        } else if (!name.endsWith("/") || entry.getSize() > 0) {
          unpack(zip, entry, name, contents);
        }
      }
    }
  }

  private static List<byte[]> undeclaredNames(List<ZipArchiveEntry> entries) {
    return entries.stream()
        .filter(entry -> declaredName(entry).isEmpty())
        .map(ZipArchiveEntry::getRawName)
        .toList();
  }

  private static String name(ZipArchiveEntry entry, Charset undeclared) {
    return declaredName(entry)
        .map(bytes -> SafeText.decode(bytes, UTF_8))
        .orElseGet(() -> SafeText.decode(entry.getRawName(), undeclared));
  }

  /** The name in UTF-8, where the archive says that it is (APPNOTE.TXT, 4.4.4 and 4.6.9). */
  private static Optional<byte[]> declaredName(ZipArchiveEntry entry) {
    if (entry.getGeneralPurposeBit().usesUTF8ForNames()) {
      return Optional.of(entry.getRawName());
    }
    CRC32 crc = new CRC32();
    crc.update(entry.getRawName());
    return entry.getExtraField(UnicodePathExtraField.UPATH_ID) instanceof UnicodePathExtraField it
            && it.getNameCRC32() == crc.getValue()
        ? Optional.of(it.getUnicodeName())
        : Optional.empty();
  }

  private void unpack(ZipFile zip, ZipArchiveEntry entry, String name, Contents contents)
      throws IOException {
    if (!entry.getGeneralPurposeBit().usesEncryption()) {
      contents.unpack(name, entry.getSize(), () -> plain(zip, entry));
      return;
    }
    List<Content> tries =
        passwordsByUse.stream()
            .map(password -> (Content) () -> decrypted(entry, password))
            .toList();
    int right = contents.unpack(name, entry.getSize(), tries);
    if (right > 0) {
      passwordsByUse.add(0, passwordsByUse.remove(right));
    }
  }

  private static InputStream plain(ZipFile zip, ZipArchiveEntry entry) throws IOException {
    require(PLAIN, entry);
    InputStream in = zip.getInputStream(entry);
    return new CheckedInputStream(in, new CRC32()) {
      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        int read = super.read(into, offset, length);
        if (read < 0 && getChecksum().getValue() != entry.getCrc()) {
          throw new UnreadableException("is damaged: its checksum is not what its archive says");
        }
        return read;
      }
    };
  }

  private static void require(Set<ZipMethod> methods, ZipArchiveEntry entry)
      throws UnreadableException {
    @Nullable ZipMethod method = ZipMethod.getMethodByCode(entry.getMethod());
    if (method == null || !methods.contains(method)) {
      throw new UnreadableException(
          "is %scompressed by a method that is not supported, %s (%d); unpack it yourself and give the folder"
              .formatted(
                  entry.getGeneralPurposeBit().usesEncryption() ? "encrypted and " : "",
                  name(method),
                  entry.getMethod()));
    }
  }

  private static String name(@Nullable ZipMethod method) {
    return method == null
        ? "unknown"
        : method == ZipMethod.ENHANCED_DEFLATED ? "Deflate64" : method.name();
  }

  private InputStream decrypted(ZipArchiveEntry entry, String password) throws IOException {
    require(ENCRYPTED, entry);
    FileHeader sizes = new FileHeader();
    sizes.setCrc(entry.getCrc());
    sizes.setCompressedSize(entry.getCompressedSize());
    sizes.setUncompressedSize(entry.getSize());
    FileChannel file = FileChannel.open(archive).position(entry.getLocalHeaderOffset());
    try {
      ZipInputStream in =
          new ZipInputStream(
              new BufferedInputStream(Channels.newInputStream(file)), password.toCharArray());
      if (in.getNextEntry(sizes, false) == null) {
        throw new UnreadableException("is not where its archive says");
      }
      return new Decrypted(in, file);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw withPasswords(e);
    }
  }

  /** ZipCrypto, when its checksum is wrong, cannot tell another password from damage. */
  private UnreadableException withPasswords(Exception e) {
    return e instanceof ZipException zip && zip.getType() == ZipException.Type.WRONG_PASSWORD
        ? new UnreadableException.WrongPassword(passwords)
        : UnreadableException.of(e);
  }

  /** zip4j leaves the file open. */
  private final class Decrypted extends FilterInputStream {
    private final FileChannel file;

    Decrypted(InputStream in, FileChannel file) {
      super(in);
      this.file = file;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      try {
        return super.read(into, offset, length);
      } catch (IOException | RuntimeException e) {
        throw withPasswords(e);
      }
    }

    @Override
    public void close() throws IOException {
      try {
        super.close();
      } finally {
        file.close();
      }
    }
  }
}
