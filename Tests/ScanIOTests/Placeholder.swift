// laid out next
