package org.malassay.firmware.unpack;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.malassay.firmware.unpack.Output.Meta;

/** tar: ustar, of GNU and pax, by Commons Compress. */
final class Tar implements Format {
  private static final int BLOCK = 512;
  private static final int CHECKSUM_AT = 148;

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
    Source.Stream stream = in.stream();
    // A size of 512 keeps what follows the end out of the last record.
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(stream, BLOCK, BLOCK, UTF_8.name(), true)) {
      while (true) {
        TarArchiveEntry entry = next(tar);
        out.size(stream.at());
        if (entry == null) {
          break;
        }
        entry(tar, entry, in.size(), out);
        out.size(stream.at());
      }
    } catch (DamagedException e) {
      throw e;
    } catch (IOException e) {
      throw new DamagedException("tar: " + e.getMessage(), e);
    }
    if (stream.at() >= in.size() && !endsInZeros(in)) {
      out.cut("has no end");
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
      long size = entry.getSize();
      out.file(path, meta, size, () -> content(tar, size, there));
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
