package org.malassay.firmware.unpack;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.sevenz.SevenZArchiveEntry;
import org.apache.commons.compress.archivers.sevenz.SevenZFile;
import org.malassay.firmware.unpack.Output.Meta;

/** 7z, by Commons Compress. */
final class SevenZip implements Format {
  private static final int HEADER = 32;

  /** The high half of the attributes is a mode of Unix (p7zip). */
  private static final int UNIX = 0x8000;

  /** The library keeps several objects for each member that a list claims to have. */
  private static final int MEMORY_KIB = 64 << 10;

  @Override
  public String name() {
    return "7z";
  }

  @Override
  public List<Magic> magics() {
    return List.of(Magic.of(0, '7', 'z', 0xbc, 0xaf, 0x27, 0x1c));
  }

  @Override
  public boolean fits(Source in) throws DamagedException {
    CRC32 crc = new CRC32();
    crc.update(in.bytes(12, 20));
    return crc.getValue() == in.le().u32(8) && in.le().u64(12) >= 0 && in.le().u64(20) >= 0;
  }

  @Override
  public void read(Source in, Output out) throws DamagedException {
    long list = in.le().u64(12);
    long size = in.le().u64(20);
    if (list > Long.MAX_VALUE - HEADER - size) {
      throw new DamagedException("its list of members lies nowhere");
    }
    out.size(HEADER + list + size);
    Source archive = in.slice(0, Math.min(in.size(), HEADER + list + size));
    try (SevenZFile members = open(archive, out.budget())) {
      SevenZArchiveEntry entry = next(members);
      while (entry != null) {
        member(members, entry, out);
        entry = next(members);
      }
    } catch (DamagedException e) {
      throw e;
    } catch (IOException e) {
      throw new DamagedException("7z: " + e.getMessage(), e);
    }
  }

  private static SevenZFile open(Source archive, Budget budget) throws DamagedException {
    try {
      return SevenZFile.builder()
          .setSeekableByteChannel(new SourceChannel(archive, budget))
          .setMaxMemoryLimitKiB(MEMORY_KIB)
          .setUseDefaultNameForUnnamedEntries(true)
          .get();
    } catch (DamagedException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // others' code
      throw new DamagedException("7z: " + e.getMessage(), e);
    }
  }

  private static @org.jspecify.annotations.Nullable SevenZArchiveEntry next(SevenZFile members)
      throws DamagedException {
    try {
      return members.getNextEntry();
    } catch (DamagedException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // others' code
      throw new DamagedException("7z: " + e.getMessage(), e);
    }
  }

  private static void member(SevenZFile members, SevenZArchiveEntry entry, Output out)
      throws DamagedException {
    int attributes = entry.getHasWindowsAttributes() ? entry.getWindowsAttributes() : 0;
    long mode = (attributes & UNIX) != 0 ? attributes >>> 16 : 0;
    Meta meta = new Meta(mode, 0);
    String path = Names.path(entry.getName());
    if (entry.isDirectory()) {
      out.folder(path, meta);
    } else if ((mode & 0170000) == 0120000 && entry.getSize() > Names.MOST) {
      out.cut("%s: a link of %d bytes".formatted(path, entry.getSize()));
    } else if ((mode & 0170000) == 0120000) {
      out.link(path, meta, content(members, out));
    } else if (!entry.isAntiItem()) {
      out.file(path, meta, Math.max(0, entry.getSize()), () -> content(members, out));
    }
  }

  private static byte[] content(SevenZFile members, Output out) throws DamagedException {
    Drained drained =
        Drained.of(() -> new Current(members), out.budget(), out.bounds().fileArray());
    if (!drained.isWhole()) {
      throw new DamagedException(drained.why());
    }
    return drained.bytes();
  }

  /** The member that the archive stands at. */
  private static final class Current extends InputStream {
    private final SevenZFile members;

    Current(SevenZFile members) {
      this.members = members;
    }

    @Override
    public int read() throws IOException {
      return members.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      return members.read(into, offset, length);
    }
  }
}
