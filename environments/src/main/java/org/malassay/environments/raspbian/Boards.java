package org.malassay.environments.raspbian;

import java.util.List;
import org.malassay.environments.machine.Board;
import org.malassay.environments.machine.Virt;

/** The boards on which an image of Raspberry Pi OS may start. */
final class Boards {
  static final Board VIRT = new Virt();
  static final Board RASPI3B = new RaspberryPi3();

  /** The preferred one first. */
  static final List<Board> ALL = List.of(VIRT, RASPI3B);

  private Boards() {}

  /** By the name that QEMU has for it. */
  static Board of(String text) {
    return ALL.stream()
        .filter(board -> board.qemuName().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("neither virt nor raspi3b"));
  }
}
