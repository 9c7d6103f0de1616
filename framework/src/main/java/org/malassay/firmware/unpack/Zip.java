package org.malassay.firmware.unpack;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.malassay.firmware.unpack.Output.Meta;

/**
 * zip, by its list of members with Commons Compress; of one that is cut, which has no such list,
 * the members that are there.
 */
final class Zip implements Format {
  private static final int LOCAL_HEADER = 30;
  private static final int END_HEADER = 22;

  /** What a member takes in the list, at least. */
  private static final int LISTED = 46;

  /** In place of a number that stands elsewhere, as it is too large. */
  private static final long ZIP64 = 0xffffffffL;

  private static final int NEWEST_VERSION = 63;

  @Override
  public String name() {
    return "zip";
  }

  @Override
  public List<Magic> magics() {
    return List.of(Magic.of(0, "PK\3\4"));
  }

  @Override
  public boolean fits(Source in) throws DamagedException {
    Fields header = in.le();
    int name = header.u16(26);
    return (header.u16(4) & 0xff) <= NEWEST_VERSION
        && header.u16(8) <= 99
        && name > 0
        && name <= 4096
        && in.has(LOCAL_HEADER, name);
  }

  @Override
  public void read(Source in, Output out) throws DamagedException {
    OptionalLong record = endRecord(in, out.budget());
    if (record.isEmpty()) {
      out.cut("has no list of its members");
      cut(in, out);
      return;
    }
    long at = record.getAsLong();
    long end = Math.min(in.size(), at + END_HEADER + in.le().u16(at + 20));
    out.size(end);
    // The library reads all of the list before it tells the first member.
    long list = in.le().u32(at + 12);
    if (list != ZIP64 && list / LISTED > out.bounds().entries()) {
      throw new DamagedException("lists more than %d members".formatted(out.bounds().entries()));
    }
    Source archive = in.slice(0, end);
    try (ZipFile zip = open(archive, out.budget())) {
      for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
        member(zip, entry, out);
      }
    } catch (DamagedException e) {
      throw e;
    } catch (IOException e) {
      throw new DamagedException("zip: " + e.getMessage(), e);
    }
  }

  private static ZipFile open(Source archive, Budget budget) throws DamagedException {
    try {
      return ZipFile.builder().setSeekableByteChannel(new SourceChannel(archive, budget)).get();
    } catch (DamagedException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // others' code
      throw new DamagedException("zip: " + e.getMessage(), e);
    }
  }

  /** Where the record at the end begins, whose list of members lies just before it. */
  private static OptionalLong endRecord(Source in, Budget budget) throws DamagedException {
    byte[] window = new byte[1 << 16];
    for (long at = 0; at + END_HEADER <= in.size(); at += window.length - 3) {
      budget.time();
      int length = (int) Math.min(window.length, in.size() - at);
      in.copy(at, window, 0, length);
      for (int i = 0; i + 3 < length; i++) {
        if (window[i] == 'P'
            && window[i + 1] == 'K'
            && window[i + 2] == 5
            && window[i + 3] == 6
            && isEnd(in, at + i)) {
          return OptionalLong.of(at + i);
        }
      }
    }
    return OptionalLong.empty();
  }

  private static boolean isEnd(Source in, long at) throws DamagedException {
    if (!in.has(at, END_HEADER)) {
      return false;
    }
    long size = in.le().u32(at + 12);
    long list = in.le().u32(at + 16);
    return list + size == at || size == ZIP64 || list == ZIP64;
  }

  private static void member(ZipFile zip, ZipArchiveEntry entry, Output out)
      throws DamagedException {
    member(entry, out, () -> content(zip, entry, out));
  }

  private static void member(ZipArchiveEntry entry, Output out, Output.Content content)
      throws DamagedException {
    String path = Names.path(entry.getName());
    Meta meta = new Meta(entry.getUnixMode(), 0);
    if (entry.isDirectory()) {
      out.folder(path, meta);
    } else if (entry.isUnixSymlink() && entry.getSize() > Names.MOST) {
      out.cut("%s: a link of %d bytes".formatted(path, entry.getSize()));
    } else if (entry.isUnixSymlink()) {
      out.link(path, meta, content.bytes());
    } else {
      out.file(path, meta, Math.max(0, entry.getSize()), content);
    }
  }

  private static byte[] content(ZipFile zip, ZipArchiveEntry entry, Output out)
      throws DamagedException {
    return drained(
        () -> {
          InputStream in = zip.getInputStream(entry);
          return in == null ? new ByteArrayInputStream(new byte[0]) : in;
        },
        out);
  }

  private static byte[] drained(Drained.Opening opening, Output out) throws DamagedException {
    Drained drained = Drained.of(opening, out.budget(), out.bounds().fileArray());
    if (!drained.isWhole()) {
      throw new DamagedException(drained.why());
    }
    return drained.bytes();
  }

  private static void cut(Source in, Output out) throws DamagedException {
    ZipArchiveInputStream members =
        new ZipArchiveInputStream(Channels.newInputStream(new SourceChannel(in, out.budget())));
    while (true) {
      ZipArchiveEntry entry;
      try {
        entry = members.getNextEntry();
      } catch (DamagedException e) {
        throw e;
      } catch (IOException | RuntimeException e) { // others' code
        throw new DamagedException("zip: " + e.getMessage(), e);
      }
      out.size(in.size());
      if (entry == null) {
        return;
      }
      member(entry, out, () -> drained(() -> new Member(members), out));
    }
  }

  /** The member that an archive stands at: closing it leaves the archive open. */
  private static final class Member extends InputStream {
    private final InputStream archive;

    Member(InputStream archive) {
      this.archive = archive;
    }

    @Override
    public int read() throws IOException {
      return archive.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      return archive.read(into, offset, length);
    }
  }
}
