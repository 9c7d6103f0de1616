package org.malassay.firmware.unpack;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.malassay.sample.SafeText;

/**
 * A flattened device tree (Devicetree Specification 0.4, chapter 5), read into nodes.
 *
 * @param size of the blob in bytes
 */
record DeviceTree(Node root, long size) {
  private static final long MAGIC = 0xd00dfeedL;
  private static final int HEADER = 40;
  private static final int BEGIN = 1;
  private static final int END = 2;
  private static final int PROPERTY = 3;
  private static final int NOTHING = 4;
  private static final int LAST = 9;
  private static final int MOST_NAME = 1024;
  private static final int MOST_NODES = 100_000;
  private static final int MOST_DEPTH = 64;

  /** A node with its properties and the nodes in it. */
  record Node(String name, Map<String, Source> properties, List<Node> nodes) {
    Optional<Node> node(String wanted) {
      return nodes.stream().filter(it -> it.name().equals(wanted)).findFirst();
    }

    Optional<Source> bytes(String property) {
      return Optional.ofNullable(properties.get(property));
    }

    /** A property of text, empty if there is none. */
    String text(String property) throws DamagedException {
      Source bytes = properties.get(property);
      return bytes == null || bytes.size() > MOST_NAME
          ? ""
          : SafeText.visible(SafeText.decode(Names.untilZero(bytes.bytes(0, bytes.size())), UTF_8));
    }

    /** A property of one cell. */
    Optional<Long> number(String property) throws DamagedException {
      Source bytes = properties.get(property);
      return bytes == null || bytes.size() != 4 ? Optional.empty() : Optional.of(bytes.be().u32(0));
    }
  }

  static boolean fits(Source in) throws DamagedException {
    Fields f = in.be();
    long size = f.u32(4);
    return f.u32(0) == MAGIC
        && size >= HEADER
        && f.u32(8) < size
        && f.u32(12) < size
        && f.u32(8) % 4 == 0
        && f.u32(20) >= 16
        && f.u32(20) <= 32
        && f.u32(24) <= f.u32(20);
  }

  static DeviceTree read(Source in, Budget budget) throws DamagedException {
    long size = in.be().u32(4);
    return new DeviceTree(new Parser(in.most(0, size), budget).root(), size);
  }

  private static final class Parser {
    private final Fields in;
    private final long strings;
    private final Budget budget;
    private long at;
    private int count;

    Parser(Source in, Budget budget) throws DamagedException {
      this.in = in.be();
      this.budget = budget;
      this.at = this.in.u32(8);
      this.strings = this.in.u32(12);
    }

    private long token() throws DamagedException {
      budget.time();
      long token;
      do {
        token = in.u32(at);
        at += 4;
      } while (token == NOTHING);
      return token;
    }

    Node root() throws DamagedException {
      if (token() != BEGIN) {
        throw new DamagedException("its tree has no root");
      }
      return node(0);
    }

    private Node node(int depth) throws DamagedException {
      if (depth > MOST_DEPTH || ++count > MOST_NODES) {
        throw new DamagedException("its tree is too deep or too large");
      }
      String name = string(at);
      at = (at + name.length() + 4) / 4 * 4;
      Map<String, Source> properties = new LinkedHashMap<>();
      List<Node> nodes = new ArrayList<>();
      while (true) {
        long token = token();
        if (token == BEGIN) {
          nodes.add(node(depth + 1));
        } else if (token == PROPERTY) {
          budget.kept();
          long length = in.u32(at);
          properties.put(string(strings + in.u32(at + 4)), in.source().slice(at + 8, length));
          at = (at + 8 + length + 3) / 4 * 4;
        } else if (token == END || token == LAST) {
          return new Node(name, properties, nodes);
        } else {
          throw new DamagedException("its tree is damaged at 0x%x".formatted(at - 4));
        }
      }
    }

    /** Up to its zero; each byte a character. */
    private String string(long from) throws DamagedException {
      StringBuilder text = new StringBuilder();
      for (long i = from; in.u8(i) != 0; i++) {
        if (text.length() == MOST_NAME) {
          throw new DamagedException("a name without an end at 0x%x".formatted(from));
        }
        text.append((char) in.u8(i));
      }
      return text.toString();
    }
  }
}
