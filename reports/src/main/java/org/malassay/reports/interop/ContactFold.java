package org.malassay.reports.interop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.malassay.behavior.Conversation;
import org.malassay.behavior.Endpoint;
import org.malassay.behavior.Event;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Question;
import org.malassay.behavior.SystemCall;
import org.malassay.reports.interop.Contacts.Fetched;
import org.malassay.reports.interop.Contacts.Peer;
import org.malassay.reports.interop.Contacts.Scan;

/** Gathers whom a sample contacted, of its events as they come. */
final class ContactFold implements EventSink {
  /** How many different ends, names and pages are kept while events come. */
  private static final int MOST = 20_000;

  /** How many of each are told. */
  static final int MOST_TOLD = 200;

  /** So many addresses at one port are a scan. */
  static final int SCAN = 16;

  private static final Pattern USER_AGENT =
      Pattern.compile("(?im)^user-agent:[ \\t]*([^\\r\\n]{0,200})");
  private static final Pattern TRANSPORT = Pattern.compile("[a-z][a-z0-9]{0,15}");
  private static final Pattern PROTOCOL = Pattern.compile("[a-z][a-z0-9-]{0,30}");

  private static final Set<String> GIVING_FILES = Set.of("http", "ftp", "tftp");

  /** Such as {@code 200, 7056 bytes (harmless program for arm)}, or without a status. */
  private static final Pattern FILE_GIVEN = Pattern.compile("(?:\\d+, )?(\\d{1,18}) bytes \\(");

  private final Map<Key, Talk> talks = new LinkedHashMap<>();
  private final Map<String, String> answers = new HashMap<>();
  private final Set<String> names = new LinkedHashSet<>();
  private final Map<String, Question> pages = new LinkedHashMap<>();
  private final Map<Endpoint, String> userAgents = new HashMap<>();
  private final Set<Long> sizesGiven = new HashSet<>();
  private long lost;
  private int odd;

  private record Key(String transport, Endpoint peer) {}

  /** All that was said to one end. */
  private static final class Talk {
    private final Duration first;
    private Duration last;
    private Optional<Endpoint> guest = Optional.empty();
    private Optional<String> protocol = Optional.empty();
    private long sentBytes;
    private long receivedBytes;
    private long times;

    Talk(Duration first) {
      this.first = first;
      this.last = first;
    }

    Peer at(Key key, String host, boolean isName) {
      return new Peer(
          host,
          isName,
          key.peer().port(),
          guest,
          key.transport(),
          protocol,
          first,
          last,
          sentBytes,
          receivedBytes,
          times);
    }
  }

  /** All addresses without a name that were contacted at one port, by whatever transport. */
  private static final class Met {
    private final Set<String> addresses = new HashSet<>();
    private final Set<String> transports = new HashSet<>();

    Scan at(int port) {
      String transport = transports.size() == 1 ? transports.iterator().next() : "";
      return new Scan(transport, port, addresses.size());
    }
  }

  @Override
  public void accept(Event event) {
    if (event instanceof Conversation conversation) {
      accept(conversation);
    } else if (event instanceof Question question) {
      accept(question);
    } else if (event instanceof SystemCall call
        && call.endpoint().isPresent()
        && (call.name().equals("connect") || call.name().equals("sendto"))) {
      talk("", call.endpoint().get(), call.at());
    }
  }

  private void accept(Conversation conversation) {
    String transport = conversation.transport();
    Talk talk =
        talk(
            TRANSPORT.matcher(transport).matches() ? transport : "",
            conversation.peer(),
            conversation.at());
    talk.guest = talk.guest.or(() -> Optional.of(plain(conversation.guest())));
    Duration end = conversation.at().plus(conversation.lasted());
    talk.last = talk.last.compareTo(end) < 0 ? end : talk.last;
    talk.sentBytes += conversation.sentBytes();
    talk.receivedBytes += conversation.receivedBytes();
    conversation
        .protocol()
        .filter(it -> PROTOCOL.matcher(it).matches())
        .ifPresent(it -> talk.protocol = Optional.of(it));
    Matcher agent = USER_AGENT.matcher(conversation.sent());
    if (agent.find() && userAgents.size() < MOST) {
      userAgents.put(conversation.guest(), agent.group(1).strip());
    }
  }

  private Talk talk(String transport, Endpoint peer, Duration at) {
    Key key = new Key(transport, plain(peer));
    Talk talk = talks.get(key);
    if (talk == null) {
      talk = new Talk(at);
      if (talks.size() < MOST) {
        talks.put(key, talk);
      } else {
        lost++;
      }
    }
    talk.times++;
    return talk;
  }

  private static Endpoint plain(Endpoint end) {
    return new Endpoint(Addresses.plain(end.address()), end.port());
  }

  private void accept(Question question) {
    Optional<String> asked = Names.ofDns(question);
    if (asked.isPresent()) {
      add(asked.get());
      answered(question, asked.get());
    } else if (question.protocol().equals("dns") && !question.asked().startsWith("PTR ")) {
      odd++;
    }
    Names.ofTls(question).ifPresent(this::add);
    if (GIVING_FILES.contains(question.protocol()) && sizesGiven.size() < MOST) {
      Matcher given = FILE_GIVEN.matcher(question.answer());
      if (given.lookingAt()) {
        sizesGiven.add(Long.valueOf(given.group(1)));
      }
    }
    if (question.protocol().equals("http")) {
      Optional<Names.Page> page = Names.page(question);
      if (page.isPresent() && pages.size() < MOST) {
        pages.putIfAbsent(page.get().at(page.get().host()), question);
      } else {
        odd++;
      }
    }
  }

  private void add(String name) {
    if (names.size() < MOST) {
      names.add(name);
    } else {
      lost++;
    }
  }

  /** Which name an address is the answer to; where several have the same one, the first. */
  private void answered(Question question, String name) {
    for (String word : question.answer().split(" ", -1)) {
      if (answers.size() < MOST && Addresses.kind(word).isPresent()) {
        answers.putIfAbsent(Addresses.plain(word), name);
      }
    }
  }

  /** What the events so far tell. */
  Contacts contacts() {
    Map<Boolean, Integer> ours = new HashMap<>();
    List<Peer> peers = new ArrayList<>();
    Map<Integer, Met> ports = new LinkedHashMap<>();
    Set<Endpoint> heard = new HashSet<>();
    talks.keySet().stream()
        .filter(key -> !key.transport().isEmpty())
        .forEach(key -> heard.add(key.peer()));
    talks.forEach(
        (key, talk) -> {
          if (key.transport().isEmpty() && heard.contains(key.peer())) {
            return; // the call that began a conversation
          }
          String address = key.peer().address();
          Optional<String> name = Optional.ofNullable(answers.get(address));
          Addresses.Kind kind = Addresses.kind(address).orElse(Addresses.Kind.LOCAL);
          if (name.isPresent()) {
            peers.add(talk.at(key, name.get(), true));
          } else if (kind == Addresses.Kind.PUBLIC) {
            peers.add(talk.at(key, address, false));
            meet(ports, key.peer(), key.transport());
          } else {
            ours.merge(kind == Addresses.Kind.SIMULATED, 1, Integer::sum);
          }
        });
    pages.values().stream()
        .map(page -> plain(page.peer()))
        .filter(this::isNameless)
        .forEach(peer -> meet(ports, peer, ""));
    ports.values().removeIf(met -> met.addresses.size() < SCAN);
    peers.removeIf(peer -> !peer.isName() && ports.containsKey(peer.port()));
    List<Fetched> fetched = fetched();
    int all = fetched.size();
    fetched.removeIf(
        page -> Addresses.kind(page.host()).isPresent() && ports.containsKey(page.port()));
    return bounded(
        peers,
        fetched,
        all - fetched.size(),
        ports.entrySet().stream().map(met -> met.getValue().at(met.getKey())).toList(),
        ours);
  }

  private boolean isNameless(Endpoint peer) {
    return !answers.containsKey(peer.address())
        && Addresses.kind(peer.address()).equals(Optional.of(Addresses.Kind.PUBLIC));
  }

  private static void meet(Map<Integer, Met> ports, Endpoint peer, String transport) {
    Met met = ports.computeIfAbsent(peer.port(), any -> new Met());
    met.addresses.add(peer.address());
    if (!transport.isEmpty()) {
      met.transports.add(transport);
    }
  }

  /** A page at an address that was an answer is one of the name; others of ours are none. */
  private List<Fetched> fetched() {
    List<Fetched> fetched = new ArrayList<>();
    pages.values().forEach(question -> fetched(question).ifPresent(fetched::add));
    return fetched;
  }

  private Optional<Fetched> fetched(Question question) {
    Names.Page page = Names.page(question).orElseThrow();
    String bare = Addresses.plain(page.bareHost());
    String host = bare.equals(page.bareHost()) ? page.host() : bare;
    Optional<String> name = Optional.ofNullable(answers.get(bare)).or(() -> Names.domain(bare));
    if (name.isEmpty() && Addresses.kind(bare).orElseThrow() != Addresses.Kind.PUBLIC) {
      return Optional.empty();
    }
    return Optional.of(
        new Fetched(
            page.method(),
            name.orElse(bare),
            question.peer().port(),
            page.at(name.orElse(host)),
            question.at(),
            question.process(),
            userAgents.getOrDefault(question.guest(), "")));
  }

  private Contacts bounded(
      List<Peer> peers,
      List<Fetched> fetched,
      int victims,
      List<Scan> scans,
      Map<Boolean, Integer> ours) {
    fetched.stream().map(Fetched::host).flatMap(it -> Names.domain(it).stream()).forEach(this::add);
    List<String> leftOut = new ArrayList<>();
    scans.forEach(scan -> leftOut.add(scan.words() + ", which a scan met"));
    tell(leftOut, victims, "pages at addresses that a scan met");
    tell(leftOut, ours.getOrDefault(false, 0), "ends in networks that everybody has");
    tell(leftOut, ours.getOrDefault(true, 0), "ends that are the simulated Internet's own");
    tell(leftOut, odd, "questions for what is no name or page");
    tell(leftOut, lost, "contacts beyond the first " + MOST);
    return new Contacts(
        told(peers, "ends", leftOut),
        told(List.copyOf(names), "names", leftOut),
        told(fetched, "pages", leftOut),
        told(scans, "scanned ports", new ArrayList<>()),
        leftOut,
        sizesGiven);
  }

  private static void tell(List<String> leftOut, long count, String what) {
    if (count > 0) {
      leftOut.add("%d %s".formatted(count, what));
    }
  }

  private static <T> List<T> told(List<T> all, String what, List<String> leftOut) {
    tell(leftOut, all.size() - MOST_TOLD, what + " beyond the first " + MOST_TOLD);
    return all.subList(0, Math.min(all.size(), MOST_TOLD));
  }
}
