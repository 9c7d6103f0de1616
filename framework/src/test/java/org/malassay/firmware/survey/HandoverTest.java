package org.malassay.firmware.survey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.malassay.firmware.Entry;

@Timeout(20)
class HandoverTest {
  private static Entry entry(int number, int size) {
    return new Entry(0, "/" + number, Entry.Kind.FILE, 0644, 0, "", size, new byte[size]);
  }

  @Test
  void entriesAreJudgedInTheirOrderByAnotherThread() {
    List<String> judged = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    try (Handover handover =
        new Handover(
            entry -> {
              judged.add(entry.path());
              threads.add(Thread.currentThread());
            })) {
      IntStream.range(0, 1000).forEach(i -> handover.accept(entry(i, i)));
      handover.finish();
    }
    assertThat(judged).isEqualTo(IntStream.range(0, 1000).mapToObj(i -> "/" + i).toList());
    assertThat(threads).doesNotContain(Thread.currentThread());
  }

  /** A content that is larger than what may wait still goes through, and little waits. */
  @Test
  void whatWaitsIsBounded() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger handed = new AtomicInteger();
    AtomicInteger judged = new AtomicInteger();
    try (Handover handover =
        new Handover(
            entry -> {
              try {
                go.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              judged.incrementAndGet();
            })) {
      Thread reader =
          new Thread(
              () -> {
                for (int i = 0; i < 10; i++) {
                  handover.accept(entry(i, 20 << 20));
                  handed.incrementAndGet();
                }
                handover.accept(entry(10, 60 << 20));
                handover.finish();
              });
      reader.start();
      while (reader.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      assertThat(handed).hasValueLessThanOrEqualTo(3);
      go.countDown();
      reader.join();
    }
    assertThat(judged).hasValue(11);
  }

  @Test
  void whatFailsThereIsThrownHere() {
    try (Handover handover =
        new Handover(
            entry -> {
              throw new IllegalStateException("a defect");
            })) {
      assertThatThrownBy(
              () -> {
                IntStream.range(0, 10_000).forEach(i -> handover.accept(entry(i, 1)));
                handover.finish();
              })
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("a defect");
    }
    try (Handover handover =
        new Handover(
            entry -> {
              throw new OutOfMemoryError("made up");
            })) {
      handover.accept(entry(0, 1));
      assertThatThrownBy(handover::finish).isInstanceOf(OutOfMemoryError.class);
    }
  }
}
