package org.malassay.firmware.unpack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.malassay.firmware.unpack.Output.Meta;

/** ISO 9660 (ECMA-119) with Rock Ridge (IEEE P1282): names, modes and links of Unix. */
final class Iso9660 implements Format {
  private static final int SECTOR = 2048;
  private static final int DESCRIPTOR = 16 * SECTOR;
  private static final int ROOT_AT = DESCRIPTOR + 156;
  private static final int FOLDER_FLAG = 2;
  private static final int MOST_FOLDER = 16 << 20;
  private static final int MOST_CONTINUED = 16;

  @Override
  public String name() {
    return "iso9660";
  }

  @Override
  public List<Magic> magics() {
    return List.of(Magic.of(DESCRIPTOR, "\1CD001\1"));
  }

  @Override
  public boolean fits(Source in) throws DamagedException {
    return in.le().u16(DESCRIPTOR + 128) == in.be().u16(DESCRIPTOR + 130)
        && in.le().u16(DESCRIPTOR + 128) == SECTOR
        && in.le().u32(DESCRIPTOR + 80) == in.be().u32(DESCRIPTOR + 84);
  }

  @Override
  public void read(Source in, Output out) throws DamagedException {
    long size = in.le().u32(DESCRIPTOR + 80) * SECTOR;
    out.size(size);
    String volume = new String(in.bytes(DESCRIPTOR + 40, 32), ISO_8859_1).strip();
    Tree tree = new Tree(in.most(0, size), out);
    Item root = tree.item(ROOT_AT);
    tree.folder(root, "", 0);
    out.detail(
        "volume \"%s\"%s"
            .formatted(Names.text(volume.getBytes(UTF_8)), tree.rockRidge ? ", Rock Ridge" : ""));
  }

  /** A record of a folder. */
  @SuppressWarnings("ArrayRecordComponent") // read once
  private record Item(
      long at, long size, boolean folder, byte[] name, Meta meta, byte[] link, boolean isLink) {}

  /** One file system. */
  private static final class Tree {
    private final Source in;
    private final Output out;
    private final Set<Long> open = new HashSet<>();
    private boolean rockRidge;

    /** Bytes before the entries of each record, as the first record of the root says. */
    private int skip;

    Tree(Source in, Output out) {
      this.in = in;
      this.out = out;
    }

    Item item(long at) throws DamagedException {
      Fields f = in.le();
      int length = f.u8(at);
      int nameLength = f.u8(at + 32);
      if (length < 33 + nameLength) {
        throw new DamagedException("a record is damaged at 0x%x".formatted(at));
      }
      byte[] name = in.bytes(at + 33, nameLength);
      Unix unix = new Unix();
      long entries = at + 33 + nameLength + (nameLength % 2 == 0 ? 1 : 0) + skip;
      if (entries < at + length) {
        unix.read(entries, at + length - entries, MOST_CONTINUED);
      }
      boolean folder = (f.u8(at + 25) & FOLDER_FLAG) != 0;
      return new Item(
          f.u32(at + 2) * SECTOR,
          f.u32(at + 10),
          folder,
          unix.name.size() > 0 ? unix.name.toByteArray() : plain(name, folder),
          new Meta(unix.mode, unix.owner),
          unix.link.toByteArray(),
          unix.isLink);
    }

    /** Without the version and the dot of a name without an extension. */
    private static byte[] plain(byte[] name, boolean folder) {
      String text = new String(name, ISO_8859_1);
      int version = text.lastIndexOf(';');
      String file = folder || version < 0 ? text : text.substring(0, version);
      return (file.endsWith(".") && file.length() > 1 ? file.substring(0, file.length() - 1) : file)
          .getBytes(ISO_8859_1);
    }

    void folder(Item folder, String path, int depth) throws DamagedException {
      if (out.isTooDeep(depth) || !open.add(folder.at())) {
        out.cut("folders in a circle at %s, or too deep".formatted(path));
        return;
      }
      out.folder(path, folder.meta());
      if (folder.size() > MOST_FOLDER) {
        throw new DamagedException("a folder of %d bytes".formatted(folder.size()));
      }
      long end = folder.at() + folder.size();
      long at = folder.at();
      while (at < end) {
        out.budget().time();
        int length = in.u8(at);
        if (length == 0) { // no record goes over the end of a sector
          at = (at / SECTOR + 1) * SECTOR;
          continue;
        }
        boolean self = in.u8(at + 32) == 1 && in.u8(at + 33) <= 1;
        if (self && depth == 0 && in.u8(at + 33) == 0) {
          skip = skip(at);
        }
        if (!self) {
          Item item = item(at);
          member(item, Names.in(path, item.name()), depth);
        }
        at += length;
      }
      open.remove(folder.at());
    }

    /** The entry SP in the record of the root itself. */
    private int skip(long at) throws DamagedException {
      long entries = at + 34;
      return in.startsWith(entries, "SP\7\1")
              && in.startsWith(entries + 4, (byte) 0xbe, (byte) 0xef)
          ? in.u8(entries + 6)
          : 0;
    }

    private void member(Item item, String path, int depth) throws DamagedException {
      try {
        long type = item.meta().mode() & 0170000;
        if (item.folder()) {
          folder(item, path, depth + 1);
        } else if (item.isLink()) {
          out.link(path, item.meta(), item.link());
        } else if (type == 0 || type == 0100000) {
          out.file(path, item.meta(), item.size(), () -> in.bytes(item.at(), item.size()));
        } else {
          out.special(path, item.meta());
        }
      } catch (DamagedException.Bound e) {
        throw e;
      } catch (DamagedException e) {
        out.cut("%s: %s".formatted(path, e.getMessage()));
      }
    }

    /** What Rock Ridge says of a record. */
    private final class Unix {
      private final ByteArrayOutputStream name = new ByteArrayOutputStream();
      private final ByteArrayOutputStream link = new ByteArrayOutputStream();
      private long mode;
      private long owner;
      private boolean isLink;
      private boolean joined = true; // to what comes before it in the link

      void read(long from, long length, int continued) throws DamagedException {
        long at = from;
        long end = from + length;
        long continuedAt = -1;
        long continuedLength = 0;
        while (at + 4 <= end) {
          int size = in.u8(at + 2);
          if (size < 4 || at + size > end) {
            break; // the rest is padding
          }
          String kind = new String(in.bytes(at, 2), ISO_8859_1);
          if (kind.equals("NM") && size > 5 && (in.u8(at + 4) & 6) == 0) {
            name.writeBytes(in.bytes(at + 5, size - 5));
            rockRidge = true;
          } else if (kind.equals("PX") && size >= 28) {
            mode = in.le().u32(at + 4);
            owner = in.le().u32(at + 20);
            rockRidge = true;
          } else if (kind.equals("SL") && size > 5) {
            isLink = true;
            steps(at + 5, at + size);
          } else if (kind.equals("CE") && size >= 28) {
            continuedAt = in.le().u32(at + 4) * SECTOR + in.le().u32(at + 12);
            continuedLength = in.le().u32(at + 20);
          } else if (kind.equals("ST")) {
            break;
          }
          at += size;
        }
        if (continuedAt >= 0 && continued > 0 && continuedLength <= SECTOR) {
          in.slice(continuedAt, continuedLength);
          read(continuedAt, continuedLength, continued - 1);
        }
      }

      private void steps(long from, long end) throws DamagedException {
        long at = from;
        while (at + 2 <= end) {
          int flags = in.u8(at);
          int length = in.u8(at + 1);
          if (at + 2 + length > end) {
            return;
          }
          if (!joined) {
            link.write('/');
          }
          if ((flags & 2) != 0) {
            link.writeBytes(".".getBytes(ISO_8859_1));
          } else if ((flags & 4) != 0) {
            link.writeBytes("..".getBytes(ISO_8859_1));
          } else if ((flags & 8) != 0) {
            link.write('/');
          } else {
            link.writeBytes(in.bytes(at + 2, length));
          }
          joined = (flags & (1 | 8)) != 0; // goes on, or is the root
          at += 2 + length;
        }
      }
    }
  }
}
