package org.malassay.firmware.unpack;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.malassay.firmware.Entry;
import org.malassay.firmware.Part;

/** One image while it is read: what came out, and what is left of its bounds. */
final class Reading implements AutoCloseable {
  private final Budget budget;
  private final Consumer<Entry> to;
  private final List<Part> parts = new ArrayList<>();

  /** How deep the folder lies that was opened last, of each part around what is being read. */
  private final List<Integer> folders = new ArrayList<>();

  /** What decompresses the contents of files, while the caller judges those before. */
  private final ExecutorService workers =
      Executors.newFixedThreadPool(
          Runtime.getRuntime().availableProcessors(),
          task -> {
            Thread thread = new Thread(task, "malassay-firmware");
            thread.setDaemon(true);
            return thread;
          });

  Reading(Bounds bounds, Consumer<Entry> to) {
    this.budget = new Budget(bounds);
    this.to = to;
  }

  Budget budget() {
    return budget;
  }

  Bounds bounds() {
    return budget.bounds();
  }

  /** The index of a part that is being read. */
  int begin(Part asFarAsKnown) {
    parts.add(asFarAsKnown);
    return parts.size() - 1;
  }

  void end(int index, Part part) {
    parts.set(index, part);
  }

  /** There is no such part after all. It has to be the last, and to have no entries. */
  void takeBack(int index) {
    parts.remove(index);
  }

  Part part(int index) {
    return parts.get(index);
  }

  int count() {
    return parts.size();
  }

  void entry(Entry entry) throws DamagedException {
    budget.entry();
    budget.bytes(entry.content().length);
    to.accept(entry);
  }

  /**
   * A folder is opened.
   *
   * @param depth of its part, as in {@link Output.Place}
   * @param folder how deep it lies in its part
   * @return how deep it lies in all
   */
  int folders(int depth, int folder) {
    while (folders.size() >= depth) {
      folders.remove(folders.size() - 1);
    }
    while (folders.size() < depth - 1) {
      folders.add(0);
    }
    folders.add(folder);
    return folders.stream().mapToInt(it -> it).sum();
  }

  void work(FutureTask<byte[]> task) {
    workers.execute(task);
  }

  List<Part> parts() {
    return List.copyOf(parts);
  }

  @Override
  public void close() {
    workers.shutdownNow();
  }
}
