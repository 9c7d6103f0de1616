@ The page that all environments serve.
    .section .rodata
    .global page_bytes, page_length
page_bytes:
    .incbin "index.html"
1:
    .balign 4
page_length:
    .word   1b - page_bytes
    .section .note.GNU-stack, "", %progbits
