package org.malassay.environments.internet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.malassay.environments.host.Digests;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * Answers every question of DNS: each name has an address of IPv4 and one of IPv6, which are made
 * of the name alone, so that they are the same for every guest and in every run. They lie in the
 * networks that are set aside for measuring (RFC 2544, 5180), so that no sample knows them from
 * elsewhere: who contacts one was told it here.
 */
final class NameServer {
  private static final int TTL = 300;
  private static final int LARGEST_DATAGRAM = 512;
  private static final int LARGEST_PLAUSIBLE = 4096;
  private static final int LARGEST_OVER_TCP = 65_535;
  private static final int EDNS_SIZE = 1232;
  private static final int MX_PREFERENCE = 10;
  private static final int MOST_OF_TEXT = 255;

  private final Answers answers;

  /**
   * An answer.
   *
   * @param message to be sent back
   * @param asked such as {@code A cnc.example}
   * @param told such as {@code 198.18.3.4}
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Answer(byte[] message, String asked, String told) {}

  NameServer(Answers answers) {
    this.answers = answers;
  }

  /** True when this is what a resolver asks: a well-formed question, and nothing else. */
  static boolean isQuestion(byte[] bytes) {
    return bytes.length <= LARGEST_PLAUSIBLE && parse(bytes).filter(NameServer::asks).isPresent();
  }

  private static boolean asks(Message message) {
    Header header = message.getHeader();
    return !header.getFlag(Flags.QR)
        && header.getOpcode() == Opcode.QUERY
        && message.getSection(Section.QUESTION).size() == 1 // the header may tell more
        && header.getCount(Section.ANSWER) == 0
        && header.getCount(Section.AUTHORITY) == 0
        && header.getRcode() == Rcode.NOERROR;
  }

  private static Optional<Message> parse(byte[] bytes) {
    try {
      return Optional.of(new Message(bytes));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /** The answer to a question; empty when it is none. */
  Optional<Answer> answer(byte[] question, boolean overTcp) {
    return parse(question).filter(NameServer::asks).map(message -> answer(message, overTcp));
  }

  private Answer answer(Message question, boolean overTcp) {
    Record asked = question.getQuestion();
    Message answer = new Message(question.getHeader().getID());
    Header header = answer.getHeader();
    header.setFlag(Flags.QR);
    header.setFlag(Flags.RA);
    if (question.getHeader().getFlag(Flags.RD)) {
      header.setFlag(Flags.RD);
    }
    answer.addRecord(asked, Section.QUESTION);
    if (question.getOPT() != null) {
      answer.addRecord(new OPTRecord(EDNS_SIZE, 0, 0), Section.ADDITIONAL);
    }
    String name = asked.getName().toString(true).toLowerCase(Locale.ROOT);
    Optional<NameRule> rule = answers.name(name);
    List<Record> records = List.of();
    if (rule.isPresent() && rule.get().absent()) {
      header.setRcode(Rcode.NXDOMAIN);
    } else if (asked.getDClass() == DClass.IN) {
      records = records(asked.getName(), asked.getType(), rule);
    }
    records.forEach(record -> answer.addRecord(record, Section.ANSWER));
    int size =
        overTcp ? LARGEST_OVER_TCP : question.getOPT() == null ? LARGEST_DATAGRAM : EDNS_SIZE;
    String told =
        records.isEmpty()
            ? Rcode.string(header.getRcode()) + ", no record"
            : records.stream().map(Record::rdataToString).collect(Collectors.joining(" "));
    return new Answer(
        answer.toWire(size),
        Type.string(asked.getType()) + " " + asked.getName().toString(true),
        told);
  }

  private static List<Record> records(Name name, int type, Optional<NameRule> rule) {
    try {
      return switch (type) {
        case Type.A, Type.ANY ->
            ipv4(name, rule).stream()
                .<Record>map(it -> new ARecord(name, DClass.IN, TTL, it))
                .toList();
        case Type.AAAA ->
            ipv6(name, rule).stream()
                .<Record>map(it -> new AAAARecord(name, DClass.IN, TTL, it))
                .toList();
        case Type.MX ->
            List.of(new MXRecord(name, DClass.IN, TTL, MX_PREFERENCE, below("mail", name)));
        case Type.NS -> List.of(new NSRecord(name, DClass.IN, TTL, below("ns", name)));
        case Type.SOA ->
            List.of(
                new SOARecord(
                    name,
                    DClass.IN,
                    TTL,
                    below("ns", name),
                    below("admin", name),
                    1,
                    TTL,
                    TTL,
                    TTL,
                    TTL));
        case Type.TXT -> texts(name, rule);
        case Type.PTR -> List.of(new PTRRecord(name, DClass.IN, TTL, reverse(name)));
        case Type.CNAME ->
            List.<Record>of(new CNAMERecord(name, DClass.IN, TTL, below("www", name)));
        default -> List.of();
      };
    } catch (TextParseException e) {
      return List.of(); // a name as long as one may be has none below it
    }
  }

  private static List<Record> texts(Name name, Optional<NameRule> rule) {
    List<Record> records = new ArrayList<>();
    for (String text : rule.map(NameRule::texts).orElse(List.of("v=spf1 -all"))) {
      List<String> strings = new ArrayList<>();
      for (int from = 0; from < text.length(); from += MOST_OF_TEXT) {
        strings.add(text.substring(from, Math.min(text.length(), from + MOST_OF_TEXT)));
      }
      records.add(new TXTRecord(name, DClass.IN, TTL, strings));
    }
    return records;
  }

  private static Name below(String label, Name name) throws TextParseException {
    return Name.fromString(label, name);
  }

  /** 4.3.2.1.in-addr.arpa is called host-1-2-3-4.example. */
  private static Name reverse(Name name) throws TextParseException {
    List<String> labels = new ArrayList<>();
    for (int i = Math.min(4, name.labels()) - 1; i >= 0; i--) {
      labels.add(name.getLabelString(i).replaceAll("[^0-9a-zA-Z]", ""));
    }
    return Name.fromString("host-" + String.join("-", labels) + ".example.");
  }

  private static List<Inet4Address> ipv4(Name name, Optional<NameRule> rule) {
    List<Inet4Address> given = rule.map(NameRule::ipv4).orElse(List.of());
    if (!given.isEmpty() || rule.filter(it -> !it.addresses().isEmpty()).isPresent()) {
      return given;
    }
    byte[] digest = digest(name);
    byte[] address = {(byte) 198, (byte) (18 | (digest[0] & 1)), digest[1], digest[2]};
    return List.of((Inet4Address) Ends.address(address));
  }

  private static List<Inet6Address> ipv6(Name name, Optional<NameRule> rule) {
    List<Inet6Address> given = rule.map(NameRule::ipv6).orElse(List.of());
    if (!given.isEmpty() || rule.filter(it -> !it.addresses().isEmpty()).isPresent()) {
      return given;
    }
    byte[] address = new byte[16];
    address[0] = 0x20;
    address[1] = 0x01;
    address[3] = 0x02; // 2001:2::/48
    System.arraycopy(digest(name), 0, address, 6, 10);
    return List.of((Inet6Address) Ends.address(address));
  }

  /** The address of IPv4 that every name gets which no rule is about. */
  static InetAddress addressOf(String name) throws TextParseException {
    return ipv4(Name.fromString(name, Name.root), Optional.empty()).get(0);
  }

  private static byte[] digest(Name name) {
    MessageDigest digest = Digests.sha256();
    return digest.digest(name.toString(true).toLowerCase(Locale.ROOT).getBytes(UTF_8));
  }
}
