# Every target only calls ./nova, which makes what it needs.
.PHONY: demo test up down status verify

demo:
	./nova demo $(if $(INPUT),--input "$(INPUT)") $(ARGS)

test:
	./nova test $(ARGS)

up down status verify:
	./nova $@ $(ARGS)
