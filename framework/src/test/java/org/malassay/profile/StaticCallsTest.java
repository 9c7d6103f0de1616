package org.malassay.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.malassay.elf.ElfFixtures;
import org.malassay.profile.StaticCalls.Loaded;
import org.malassay.profile.StaticCalls.OfFile;
import org.malassay.profile.StaticCalls.Unresolved;

/** On {@code profile/calls.S}, whose functions say which number is to be found. */
class StaticCallsTest {
  /** Each number is a call here, but 4000. */
  private static final CallNames NUMBERS = CallNames.of(numbers());

  private static Map<Integer, String> numbers() {
    Map<Integer, String> names = new HashMap<>();
    for (int i = 0; i < 470; i++) {
      names.put(i, Integer.toString(i));
    }
    names.put(0xf0002, "983042");
    names.put(0xf0005, "983045");
    return names;
  }

  private static byte[] calls() {
    try (InputStream in = StaticCallsTest.class.getResourceAsStream("/profile/calls.elf")) {
      return Objects.requireNonNull(in).readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static StaticCalls of(byte[] program) {
    return StaticCalls.of(List.of(new Loaded("calls", program)), NUMBERS);
  }

  private static SortedSet<String> set(int... numbers) {
    SortedSet<String> set = new TreeSet<>();
    Arrays.stream(numbers).forEach(number -> set.add(Integer.toString(number)));
    return set;
  }

  private static final SortedSet<String> REACHED =
      set(
          20, 322, 983045, 45, 397, 3, 4, 5, 6, 19, 33, 114, 54, 63, 199, 77, 78, 79, 64, 183,
          983042, 91, 92, 1, 118);

  @Test
  void eachWayToANumberIsFollowedInThumbAndArmCode() {
    assertThat(of(calls()).reachable()).isEqualTo(REACHED);
  }

  @Test
  void whatNothingLeadsToIsNotReachableButTold() {
    SortedSet<String> every = new TreeSet<>(REACHED);
    every.add("88");
    assertThat(of(calls()).every()).isEqualTo(every);
    assertThat(StaticCalls.ofLibraries(List.of(new Loaded("calls", calls())), NUMBERS).every())
        .isEqualTo(every);
  }

  @Test
  void aPlaceWhoseNumberIsNotFoundIsTold() {
    StaticCalls calls = of(calls());
    assertThat(calls.unresolved())
        .extracting(Unresolved::why)
        .containsExactlyInAnyOrder(
            "its number is computed", "there is no system call 4000", "svc 154: it may be data");
    assertThat(calls.unresolved()).allMatch(Unresolved::reached);
    OfFile file = calls.files().get(0);
    assertThat(file.lost()).isEqualTo(3);
    assertThat(file.services()).isEqualTo(22);
    assertThat(file.arm()).isPositive();
  }

  @Test
  void whatNoInstructionTellsIsAddedByHandWithItsReason() {
    CallNames names = CallNames.of(Map.of(20, "getpid", 0, "restart_syscall", 0xf0005, "set_tls"));
    StaticCalls calls = StaticCalls.of(List.of(new Loaded("calls", calls())), names);
    assertThat(calls.byHand()).containsOnlyKeys("restart_syscall");
    assertThat(calls.byHand().get("restart_syscall")).contains("the kernel");
    assertThat(calls.reachable()).contains("restart_syscall", "set_tls");
  }

  @Test
  void whatIsNoFileForArmHasNoCalls() {
    for (String other : List.of("x86-64-dynamic", "mips-static", "aarch64-dynamic")) {
      assertThat(of(ElfFixtures.read(other)).files()).as(other).isEmpty();
    }
    assertThat(of("text".getBytes(StandardCharsets.UTF_8)).files()).isEmpty();
  }

  @Test
  void programsWithoutLibrariesAreRead() {
    for (String each : List.of("armel-static", "armhf-static-pie", "armhf-dynamic")) {
      assertThat(of(ElfFixtures.read(each)).files()).as(each).hasSize(1);
    }
  }

  @Test
  @Timeout(120)
  void aFileThatIsCutOrSpoiledIsNoError() {
    byte[] whole = calls();
    for (int length = 0; length < whole.length; length += 13) {
      of(Arrays.copyOf(whole, length));
    }
    Random random = new Random(1);
    for (int i = 0; i < 3000; i++) {
      byte[] spoiled = whole.clone();
      for (int j = 0; j < 1 + i % 8; j++) {
        spoiled[random.nextInt(i % 2 == 0 ? 700 : whole.length)] = (byte) random.nextInt();
      }
      of(spoiled);
    }
  }

  /** A file of nothing but calls of one another, each of which may have come from each. */
  @Test
  void codeThatLeadsEverywhereEndsTheSearchAndIsTold() {
    byte[] whole = calls();
    byte[] code = new byte[1 << 20];
    System.arraycopy(whole, 0, code, 0, whole.length);
    List<Byte> pattern = new ArrayList<>();
    Random random = new Random(2);
    for (int i = 0; i < 400; i++) { // svc 0; conditional branches to and fro
      pattern.add((byte) 0);
      pattern.add((byte) 0xdf);
      pattern.add((byte) random.nextInt());
      pattern.add((byte) (0xd0 + random.nextInt(14)));
    }
    int text = 0x4b0; // within .text
    for (int i = 0; i < pattern.size() && text + i < whole.length; i++) {
      code[text + i] = pattern.get(i);
    }
    long start = System.nanoTime();
    of(code);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
  }
}
