// The preprocessor chooses the instructions; a file that needs none ends in .s.

.text
.globl rotate_left
.type rotate_left, %function
rotate_left:
#if defined(__x86_64__)
  movl %edi, %eax
  movl %esi, %ecx
  roll %cl, %eax
  ret
#elif defined(__aarch64__)
  neg w1, w1
  ror w0, w0, w1
  ret
#else
#error "no instructions for this CPU"
#endif

.section .note.GNU-stack,"",%progbits
