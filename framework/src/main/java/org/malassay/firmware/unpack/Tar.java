package org.malassay.firmware.unpack;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.malassay.firmware.unpack.Output.Meta;

/** tar: ustar, of GNU and pax, by Commons Compress. */
final class Tar implements Format {
  private static final int BLOCK = 512;
  private static final int CHECKSUM_AT = 148;
  private static final int TYPE_AT = 156;
  private static final int SIZE_AT = 124;
  private static final int SIZE = 12;

  /** The types of what holds names or other headers for the next member. */
  private static final String NAMES = "LKxXg";

  private static final long MOST_NAME = 1 << 20;

  @Override
  public String name() {
    return "tar";
  }

  @Override
  public List<Magic> magics() {
    return List.of(Magic.of(257, "ustar"));
  }

  @Override
  public boolean fits(Source in) throws DamagedException {
    byte[] header = in.bytes(0, BLOCK);
    int sum = 0;
    int said = 0;
    for (int i = 0; i < BLOCK; i++) {
      boolean checksum = i >= CHECKSUM_AT && i < CHECKSUM_AT + 8;
      sum += checksum ? ' ' : header[i] & 0xff;
      if (checksum && header[i] >= '0' && header[i] <= '7') {
        said = said * 8 + header[i] - '0';
      }
    }
    return sum == said;
  }

  @Override
  public void read(Source in, Output out) throws DamagedException {
    Headers stream = new Headers(in.stream());
    // A size of 512 keeps what follows the end out of the last record.
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(stream, BLOCK, BLOCK, UTF_8.name(), true)) {
      while (true) {
        stream.next = true;
        TarArchiveEntry entry = next(tar);
        stream.next = false;
        out.size(stream.in.at());
        if (entry == null) {
          break;
        }
        entry(tar, entry, in.size(), out);
        out.size(stream.in.at());
      }
    } catch (DamagedException e) {
      throw e;
    } catch (IOException e) {
      throw new DamagedException("tar: " + e.getMessage(), e);
    }
    if (stream.in.at() >= in.size() && !endsInZeros(in)) {
      out.cut("has no end");
    }
  }

  /** What the library reads, which keeps the whole of a name that has a header of its own. */
  private static final class Headers extends InputStream {
    private final Source.Stream in;
    private boolean next; // whether the library looks for the next member

    Headers(Source.Stream in) {
      this.in = in;
    }

    @Override
    public int read() {
      return in.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws DamagedException {
      int n = in.read(into, offset, length);
      if (next && length == BLOCK && n == BLOCK && NAMES.indexOf(into[offset + TYPE_AT]) >= 0) {
        Source header = Source.of(into, offset, BLOCK);
        long size = TarUtils.parseOctalOrBinary(into, offset + SIZE_AT, SIZE);
        if (size > MOST_NAME && header.startsWith(257, "ustar") && new Tar().fits(header)) {
          throw new DamagedException("a name or header of %d bytes".formatted(size));
        }
      }
      return n;
    }

    @Override
    public long skip(long n) {
      return in.skip(n);
    }

    @Override
    public int available() {
      return in.available();
    }
  }

  private static @org.jspecify.annotations.Nullable TarArchiveEntry next(TarArchiveInputStream tar)
      throws DamagedException {
    try {
      return tar.getNextEntry();
    } catch (IOException | RuntimeException e) { // others' code
      throw new DamagedException("tar: " + e.getMessage(), e);
    }
  }

  private static boolean endsInZeros(Source in) {
    long from = Math.max(0, in.size() - BLOCK);
    for (long at = from; at < in.size(); at++) {
      if (in.get(at) != 0) {
        return false;
      }
    }
    return true;
  }

  private static void entry(
      TarArchiveInputStream tar, TarArchiveEntry entry, long there, Output out)
      throws DamagedException {
    String path = Names.path(entry.getName());
    Meta meta = new Meta(entry.getMode(), entry.getLongUserId());
    if (entry.isDirectory()) {
      out.folder(path, meta);
    } else if (entry.isSymbolicLink() || entry.isLink()) {
      out.link(path, meta, entry.getLinkName().getBytes(UTF_8));
    } else if (entry.isFile() && tar.canReadEntryData(entry)) {
      long size = entry.getRealSize(); // with its holes
      out.file(
          path, meta, size, () -> content(tar, size, entry.isSparse() ? Long.MAX_VALUE : there));
    } else if (entry.isBlockDevice() || entry.isCharacterDevice()) {
      out.device(path, meta);
    } else {
      out.other(path, meta);
    }
  }

  private static byte[] content(TarArchiveInputStream tar, long size, long there)
      throws DamagedException {
    if (size > there) {
      throw new DamagedException(
          "has %d bytes, of which no more than %d are there".formatted(size, there));
    }
    try {
      byte[] content = tar.readNBytes((int) size);
      if (content.length < size) {
        throw new DamagedException("ends after %d of %d bytes".formatted(content.length, size));
      }
      return content;
    } catch (DamagedException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // others' code
      throw new DamagedException("tar: " + e.getMessage(), e);
    }
  }
}
