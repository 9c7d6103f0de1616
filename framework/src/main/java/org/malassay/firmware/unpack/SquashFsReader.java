package org.malassay.firmware.unpack;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.malassay.firmware.unpack.Output.Meta;

/** One file system of squashfs 3 or 4 while it is read. */
final class SquashFsReader {
  private static final int FOLDER = 1;
  private static final int FILE = 2;
  private static final int LINK = 3;
  private static final int BLOCK_DEVICE = 4;
  private static final int CHARACTER_DEVICE = 5;
  private static final int PIPE = 6;
  private static final int SOCKET = 7;

  private static final int METADATA = 8192;
  private static final int STORED_METADATA = 0x8000;
  private static final int STORED_DATA = 1 << 24;
  private static final long NO_FRAGMENT = 0xffffffffL;
  private static final int MOST_LINK = 65536;
  private static final int MOST_NAME = 256;
  private static final int MOST_OF_A_RUN = 256;
  private static final int CHECKED = 4; // a flag of version 3: a byte before each metadata block

  /** How much decompressed metadata, and how many fragments, are remembered. */
  private static final int METADATA_BLOCKS = 512;

  private static final int FRAGMENTS = 8;

  private final Source in;
  private final Fields header;
  private final Output out;
  private final String version;
  private final boolean four;
  private final int blockSize;
  private final long inodes;
  private final long folders;
  private final long fragmentTable;
  private final long fragmentCount;
  private final SquashFs.Compressed compressed;
  private final Map<Long, Block> metadata = new Recent<>(METADATA_BLOCKS);
  private final Map<Long, FutureTask<byte[]>> fragments = new Recent<>(FRAGMENTS);
  private final Set<Long> open = new HashSet<>();

  SquashFsReader(Source in, Fields header, Output out, String version) throws DamagedException {
    this.out = out;
    this.version = version;
    this.four = header.u16(28) == 4;
    long size = header.long64(four ? 40 : 63);
    out.size(size);
    this.in = in.most(0, size);
    this.header = this.in.in(header.order());
    this.blockSize = this.header.int32(four ? 12 : 51);
    this.inodes = this.header.long64(four ? 64 : 87);
    this.folders = this.header.long64(four ? 72 : 95);
    this.fragmentTable = this.header.u64(four ? 80 : 103);
    this.fragmentCount = this.header.u32(four ? 16 : 55);
    this.compressed = new SquashFs.Compressed(four ? 4 : 3, four ? this.header.u16(20) : 1);
  }

  void read() throws DamagedException {
    long root = header.u64(four ? 32 : 43);
    try {
      folder(root, "", 0);
    } finally {
      out.detail(
          "%s, %s, blocks of %d"
              .formatted(
                  version,
                  compressed.name().isEmpty() ? "nothing compressed" : compressed.name(),
                  blockSize));
    }
  }

  /** A block of metadata, decompressed, and where the next one begins. */
  @SuppressWarnings("ArrayRecordComponent") // read many times, never changed
  private record Block(byte[] bytes, long next) {}

  private Block block(long at) throws DamagedException {
    synchronized (metadata) {
      return blockOfOneThread(at);
    }
  }

  private Block blockOfOneThread(long at) throws DamagedException {
    Block known = metadata.get(at);
    if (known != null) {
      return known;
    }
    out.budget().time();
    int length = header.u16(at);
    long from = at + 2 + (!four && (header.u8(36) & CHECKED) != 0 ? 1 : 0);
    int size = length & ~STORED_METADATA;
    size = size == 0 ? STORED_METADATA : size;
    byte[] bytes = in.bytes(from, size);
    Block block =
        new Block(
            (length & STORED_METADATA) != 0
                ? Codec.NONE.decompress(bytes, METADATA)
                : compressed.decompress(bytes, METADATA),
            from + size);
    metadata.put(at, block);
    return block;
  }

  /** Metadata that is read one piece after the other, over the ends of blocks. */
  private final class Cursor {
    private Block block;
    private int at;

    Cursor(long start, int offset) throws DamagedException {
      this.block = block(start);
      this.at = offset;
      if (offset > block.bytes().length) {
        throw new DamagedException("metadata begins after the end of its block");
      }
    }

    byte[] take(int length) throws DamagedException {
      byte[] bytes = new byte[length];
      int n = 0;
      while (n < length) {
        if (at == block.bytes().length) {
          if (at == 0) {
            throw new DamagedException("an empty block of metadata");
          }
          block = block(block.next());
          at = 0;
        }
        int more = Math.min(length - n, block.bytes().length - at);
        System.arraycopy(block.bytes(), at, bytes, n, more);
        at += more;
        n += more;
      }
      return bytes;
    }

    Fields fields(int length) throws DamagedException {
      return Source.of(take(length)).in(header.order());
    }
  }

  /**
   * An inode's header, and the metadata after it.
   *
   * @param type 1 to 7, as in the base types
   */
  private record Inode(int type, boolean extended, Meta meta, Cursor rest) {}

  private Inode inode(long reference) throws DamagedException {
    long start = reference >>> 16;
    if (start >= in.size()) {
      throw new DamagedException("a reference to metadata at 0x%x".formatted(start));
    }
    Cursor cursor = new Cursor(inodes + start, (int) (reference & 0xffff));
    Fields base = cursor.fields(four ? 16 : 12);
    int type = four ? base.u16(0) : (int) base.bits(0, 0, 4);
    long mode = four ? base.u16(2) : base.bits(0, 4, 12);
    long owner = owner(four ? base.u16(4) : base.u8(2));
    boolean extended = type > FOLDER + 6;
    return new Inode(extended ? type - 7 : type, extended, new Meta(mode, owner), cursor);
  }

  /** The user of an index in the table of users; 0 if there is none. */
  private long owner(int index) throws DamagedException {
    long table = header.u64(four ? 48 : 71);
    if (!four) {
      return in.has(table + 4L * index, 4) ? header.u32(table + 4L * index) : 0;
    }
    long pointer = table + index * 4L / METADATA * 8;
    if (!in.has(pointer, 8) || !in.has(header.u64(pointer), 2)) {
      return 0;
    }
    Fields users = Source.of(block(header.u64(pointer)).bytes()).in(header.order());
    long at = index * 4L % METADATA;
    return users.source().has(at, 4) ? users.u32(at) : 0;
  }

  private void folder(long reference, String path, int depth) throws DamagedException {
    Inode inode = inode(reference);
    if (inode.type() != FOLDER) {
      throw new DamagedException("its root is no folder");
    }
    folder(inode, reference, path, depth);
  }

  private void folder(Inode inode, long reference, String path, int depth) throws DamagedException {
    if (out.isTooDeep(depth) || !open.add(reference)) {
      out.cut("folders in a circle at %s, or too deep".formatted(path));
      return;
    }
    out.folder(path, inode.meta());
    long start;
    long size;
    int offset;
    if (four) {
      Fields rest = inode.rest().fields(inode.extended() ? 24 : 16);
      start = rest.u32(inode.extended() ? 8 : 0);
      size = inode.extended() ? rest.u32(4) : rest.u16(8);
      offset = rest.u16(inode.extended() ? 18 : 10);
    } else {
      Fields rest = inode.rest().fields(inode.extended() ? 19 : 16);
      int sizeBits = inode.extended() ? 27 : 19;
      size = rest.bits(4, 0, sizeBits);
      offset = (int) rest.bits(4, sizeBits, 13);
      start = rest.u32(inode.extended() ? 9 : 8);
    }
    // The size counts two names that are not there, "." and "..".
    members(start, offset, size - 3, path, depth);
    open.remove(reference);
  }

  private void members(long start, int offset, long size, String path, int depth)
      throws DamagedException {
    if (size <= 0) {
      return;
    }
    Cursor cursor = new Cursor(folders + start, offset);
    long left = size;
    while (left > 0) {
      Fields head = cursor.fields(four ? 12 : 9);
      long count = four ? head.u32(0) : head.u8(0);
      long block = head.u32(four ? 4 : 1);
      if (count >= MOST_OF_A_RUN) {
        throw new DamagedException("%d members in one run".formatted(count));
      }
      left -= four ? 12 : 9;
      for (long i = 0; i <= count; i++) {
        out.budget().time();
        Fields member = cursor.fields(four ? 8 : 5);
        int at = four ? member.u16(0) : (int) member.bits(0, 0, 13);
        int length = (four ? member.u16(6) : member.u8(2)) + 1;
        if (length > MOST_NAME) {
          throw new DamagedException("a name of %d bytes".formatted(length));
        }
        String child = Names.in(path, cursor.take(length));
        left -= (four ? 8 : 5) + length;
        member(block << 16 | at, child, depth);
      }
    }
  }

  private void member(long reference, String path, int depth) throws DamagedException {
    Inode inode;
    try {
      inode = inode(reference);
      switch (inode.type()) {
        case FOLDER -> folder(inode, reference, path, depth + 1);
        case FILE -> file(inode, path);
        case LINK -> link(inode, path);
        case BLOCK_DEVICE, CHARACTER_DEVICE -> out.device(path, inode.meta());
        case PIPE, SOCKET -> out.other(path, inode.meta());
        default -> throw new DamagedException("an inode of type %d".formatted(inode.type()));
      }
    } catch (DamagedException.Bound e) {
      throw e;
    } catch (DamagedException e) {
      out.cut("%s: %s".formatted(path, e.getMessage()));
    }
  }

  private void link(Inode inode, String path) throws DamagedException {
    Fields rest = inode.rest().fields(four ? 8 : 6);
    long length = four ? rest.u32(4) : rest.u16(4);
    if (length > MOST_LINK) {
      throw new DamagedException("a link of %d bytes".formatted(length));
    }
    out.link(path, inode.meta(), inode.rest().take((int) length));
  }

  private void file(Inode inode, String path) throws DamagedException {
    long start;
    long size;
    long fragment;
    long offset;
    if (four && inode.extended()) {
      Fields rest = inode.rest().fields(40);
      start = rest.u64(0);
      size = rest.u64(8);
      fragment = rest.u32(28);
      offset = rest.u32(32);
    } else if (four) {
      Fields rest = inode.rest().fields(16);
      start = rest.u32(0);
      fragment = rest.u32(4);
      offset = rest.u32(8);
      size = rest.u32(12);
    } else {
      int skip = inode.extended() ? 4 : 0; // the number of links
      Fields rest = inode.rest().fields(skip + 20 + skip);
      start = rest.u64(skip);
      fragment = rest.u32(skip + 8);
      offset = rest.u32(skip + 12);
      size = inode.extended() ? rest.u64(skip + 16) : rest.u32(16);
    }
    if (size < 0 || start < 0) {
      throw new DamagedException("a file of more than 2^63 bytes");
    }
    if (size > out.bounds().fileArray()) {
      out.file(path, inode.meta(), size, () -> new byte[0]); // is told as too long
      return;
    }
    int blocks =
        (int) (fragment == NO_FRAGMENT ? (size + blockSize - 1) / blockSize : size / blockSize);
    int[] sizes = new int[blocks];
    Fields list = inode.rest().fields(4 * blocks);
    for (int i = 0; i < blocks; i++) {
      sizes[i] = (int) list.u32(4L * i);
    }
    // The first metadata has told how they are compressed; in one without any the data tells it.
    SquashFsData data = new SquashFsData(start, sizes, (int) size, fragment, offset);
    out.fileBeside(path, inode.meta(), size, () -> content(data));
  }

  /** Where the content of a file lies. */
  @SuppressWarnings("ArrayRecordComponent") // read once
  private record SquashFsData(long start, int[] sizes, int size, long fragment, long offset) {}

  /** In any thread. */
  private byte[] content(SquashFsData data) throws DamagedException {
    byte[] content = new byte[data.size()];
    long at = data.start();
    int n = 0;
    for (int word : data.sizes()) {
      out.budget().time();
      int size = word & STORED_DATA - 1;
      int most = Math.min(blockSize, content.length - n);
      if (size > 0) {
        byte[] bytes = data(at, word, most);
        System.arraycopy(bytes, 0, content, n, bytes.length);
        if (bytes.length < most) {
          throw new DamagedException("a block has %d of %d bytes".formatted(bytes.length, most));
        }
      } // else a hole
      n += most;
      at += size;
    }
    if (n < content.length) {
      byte[] fragment = fragment(data.fragment());
      if (data.offset() > fragment.length - (content.length - n)) {
        throw new DamagedException("its end lies after the end of its fragment");
      }
      System.arraycopy(fragment, (int) data.offset(), content, n, content.length - n);
    }
    return content;
  }

  private byte[] data(long at, int word, int most) throws DamagedException {
    int size = word & STORED_DATA - 1;
    if (size > blockSize) { // what does not become shorter is stored as it is
      throw new DamagedException("a block of %d bytes, of %d at most".formatted(size, blockSize));
    }
    byte[] bytes = in.bytes(at, size);
    return (word & STORED_DATA) != 0
        ? Codec.NONE.decompress(bytes, most)
        : compressed.decompress(bytes, most);
  }

  /** Decompressed once for the files that follow each other in it. */
  private byte[] fragment(long index) throws DamagedException {
    FutureTask<byte[]> task;
    synchronized (fragments) {
      task = fragments.computeIfAbsent(index, it -> new FutureTask<>(() -> readFragment(it)));
    }
    task.run(); // does nothing if it runs elsewhere or has run
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DamagedException damage) {
        throw damage;
      }
      throw new IllegalStateException(e.getCause()); // a mistake
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DamagedException.Bound("the reading was interrupted");
    }
  }

  private byte[] readFragment(long index) throws DamagedException {
    if (index >= fragmentCount) {
      throw new DamagedException("fragment %d of %d".formatted(index, fragmentCount));
    }
    long place = index * 16;
    Block block = block(header.u64(fragmentTable + place / METADATA * 8));
    Fields entry = Source.of(block.bytes()).in(header.order());
    long at = place % METADATA;
    return data(entry.long64(at), (int) entry.u32(at + 8), blockSize);
  }

  /** The last few of what was asked for. */
  private static final class Recent<V> extends LinkedHashMap<Long, V> {
    private static final long serialVersionUID = 1;

    private final int most;

    Recent(int most) {
      super(16, 0.75f, true);
      this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Long, V> eldest) {
      return size() > most;
    }
  }
}
