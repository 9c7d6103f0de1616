package org.malassay.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.malassay.score.Rules.call;
import static org.malassay.score.Rules.conversation;
import static org.malassay.score.Rules.hits;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.malassay.behavior.Event;

/** What several records add up to. */
class CorrelationTest {
  private static final String PARTS =
      """
      title: A
      name: a
      id: 00000000-0000-4000-8000-00000000000a
      logsource: {product: linux, category: syscall}
      detection: {selection: {name: a}, condition: selection}
      ---
      title: B
      name: b
      id: 00000000-0000-4000-8000-00000000000b
      logsource: {product: linux, category: syscall}
      detection: {selection: {name: b}, condition: selection}
      ---
      title: Knocks
      name: knock
      id: 00000000-0000-4000-8000-00000000000c
      logsource: {product: linux, category: network_connection}
      detection: {selection: {DestinationPort: 23}, condition: selection}
      ---
      title: Together
      id: 00000000-0000-4000-8000-0000000000ff
      level: high
      correlation:
      """;

  private static RuleBook book(String correlation) {
    return Rules.book(PARTS + correlation.indent(4));
  }

  private static List<Hit> of(String correlation, Event... events) {
    return hits(book(correlation), List.of(events));
  }

  private static Event a(int second) {
    return call(second, "a", List.of(), "");
  }

  private static Event b(int second) {
    return call(second, "b", List.of(), "");
  }

  private static Event refused(int second) {
    return call(second, "a", List.of(), "", "EPERM");
  }

  private static Event knock(int second, String address) {
    return conversation(second, address, 23, "");
  }

  @Test
  void eventsAreCountedWithinTheirSpan() {
    String three = "{type: event_count, rules: [a], timespan: 10s, condition: {gte: 3}}";

    assertThat(of(three, a(0), a(5), a(10))).singleElement().extracting(Hit::count).isEqualTo(1L);
    assertThat(of(three, a(0), a(5), a(11))).isEmpty();
    assertThat(of(three, a(0), a(5), a(11), a(12))).hasSize(1);
    assertThat(of(three.replace("gte: 3", "gt: 2"), a(0), a(1), a(2))).hasSize(1);
    assertThat(of(three, a(0), a(1), call(2, "c", List.of(), ""))).isEmpty();
  }

  @Test
  void valuesAreCountedOnceEach() {
    String three =
        "{type: value_count, rules: [knock], timespan: 1m, condition: {field: DestinationIp, gte:"
            + " 3}}";

    assertThat(of(three, knock(0, "192.0.2.1"), knock(1, "192.0.2.2"), knock(2, "192.0.2.3")))
        .hasSize(1);
    assertThat(of(three, knock(0, "192.0.2.1"), knock(1, "192.0.2.2"), knock(2, "192.0.2.1")))
        .isEmpty();
    assertThat(of(three, knock(0, "192.0.2.1"), knock(50, "192.0.2.2"), knock(99, "192.0.2.3")))
        .isEmpty();
  }

  @Test
  void groupsAreCountedEachForItself() {
    String two =
        "{type: event_count, rules: [knock], group-by: [DestinationIp], timespan: 1m, condition:"
            + " {gte: 2}}";

    assertThat(of(two, knock(0, "192.0.2.1"), knock(1, "192.0.2.2"))).isEmpty();
    assertThat(of(two, knock(0, "192.0.2.1"), knock(1, "192.0.2.2"), knock(2, "192.0.2.1")))
        .hasSize(1);
  }

  @Test
  void theOrderCountsWhereItIsSaid() {
    String ordered = "{type: temporal_ordered, rules: [a, b], timespan: 10s}";
    String any = "{type: temporal, rules: [a, b], timespan: 10s}";

    assertThat(of(ordered, a(0), b(5))).hasSize(1);
    assertThat(of(ordered, b(0), a(5))).isEmpty();
    assertThat(of(ordered, b(0), a(5), b(6))).hasSize(1);
    assertThat(of(ordered, a(0), b(11))).isEmpty();
    assertThat(of(any, b(0), a(5))).hasSize(1);
    assertThat(of(any, b(0), a(11))).isEmpty();
  }

  @Test
  void fieldsOfOtherNamesAreJoinedByAliases() {
    String aliased =
        """
        type: temporal
        rules: [a, knock]
        group-by: [who]
        aliases:
            who: {a: ProcessId, knock: ProcessId}
        timespan: 10s""";

    List<Event> events = new ArrayList<>(List.of(Rules.begun(Rules.SAMPLE, 1)));
    events.addAll(List.of(a(0), knock(1, "192.0.2.1")));
    assertThat(hits(book(aliased), events)).hasSize(1);
  }

  /** Its parts are no rules by themselves. */
  @Test
  void onlyTheWholeIsAHitUnlessItIsToldToGenerate() {
    String one = "{type: event_count, rules: [a], timespan: 10s, condition: {gte: 1}}";

    assertThat(of(one, a(0))).extracting(Hit::title).containsExactly("Together");
    assertThat(of(one.replace("rules", "generate: true, rules"), a(0)))
        .extracting(Hit::title)
        .containsExactly("A", "Together");
  }

  @Test
  void enoughThatFailedIsAnAttempt() {
    String two = "{type: event_count, rules: [a], timespan: 10s, condition: {gte: 2}}";

    assertThat(of(two, refused(0), refused(1))).singleElement().matches(hit -> !hit.succeeded());
    assertThat(of(two, refused(0), a(1))).singleElement().matches(hit -> !hit.succeeded());
    assertThat(of(two, refused(0), a(1), a(2))).singleElement().matches(Hit::succeeded);
  }

  @Test
  void aFloodNeedsNoMoreMemoryThanItsThreshold() {
    RuleMatcher matcher =
        book("{type: value_count, rules: [knock], timespan: 1h, condition: {field: DestinationIp,"
                + " gte: 5}}")
            .matcher();
    for (int i = 0; i < 200_000; i++) {
      matcher.accept(knock(1, "10.%d.%d.%d".formatted(i >> 16, (i >> 8) & 255, i & 255)));
    }
    assertThat(matcher.matched().hits()).singleElement().extracting(Hit::count).isEqualTo(199_996L);
  }
}
